"""Opens the data permits, and the key that signs them."""

from functools import cached_property

from consentry.audit.open import AuditDependencies
from consentry.aws import clients
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.kms import KmsPermitSigner
from consentry.permits.signature import PermitSigner


class PermitDependencies(AuditDependencies):
    """The dependencies of use cases that issue, read, redeem or revoke data permits."""

    @cached_property
    def permits(self) -> PermitRepository:
        """Data permits and their redemptions."""
        settings = self.settings
        return PermitRepository(
            self.table(settings.permit_table),
            self.table(settings.consent_table),
            self.table(settings.decision_table),
        )

    @cached_property
    def permit_signer(self) -> PermitSigner:
        """The KMS key that signs data permits."""
        return KmsPermitSigner(self.settings.permit_key, clients.kms)

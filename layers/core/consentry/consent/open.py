"""Opens the consent events, forms and signing keys."""

from functools import cached_property

from consentry.consent.dynamodb import ConsentEventScan, ConsentRepository, SigningKeyRepository
from consentry.terms.open import TermsDependencies


class ConsentDependencies(TermsDependencies):
    """What a use case needs to record or read consent."""

    @cached_property
    def consents(self) -> ConsentRepository:
        """Consent events, states and forms."""
        return ConsentRepository(self.table(self.settings.consent_table))

    @cached_property
    def signing_keys(self) -> SigningKeyRepository:
        """The keys that customers sign consent events with."""
        return SigningKeyRepository(self.table(self.settings.consent_table))

    @cached_property
    def consent_event_scan(self) -> ConsentEventScan:
        """Every consent event of a customer. Only the operator's role may scan."""
        return ConsentEventScan(self.table(self.settings.consent_table))

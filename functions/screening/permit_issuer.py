"""Who issues permits in this environment: its name, its key and its table."""

from collections.abc import Mapping

from consentry.aws import clients
from consentry.permits.kms import KmsPermitSigner
from consentry.permits.open import PermitDependencies
from consentry.screening_jobs.issue_permit import PermitIssuer


def open_issuer(environment: Mapping[str, str]) -> PermitIssuer:
    """The issuer that PERMIT_ISSUER, PERMIT_KEY (an ARN) and the tables name."""
    signer = KmsPermitSigner(environment["PERMIT_KEY"], clients.kms)
    return PermitIssuer(
        environment["PERMIT_ISSUER"], signer, PermitDependencies.open(environment).permits
    )

"""Who issues permits in this environment: its name, its key and its table."""

from collections.abc import Mapping

from consentry.aws import clients
from consentry.aws.permit_signer import PermitSigner
from consentry.aws.stores import open_stores
from consentry.flows.screening.issue_permit import PermitIssuer


def open_issuer(environment: Mapping[str, str]) -> PermitIssuer:
    """The issuer that PERMIT_ISSUER, PERMIT_KEY (an ARN) and the tables name."""
    signer = PermitSigner(environment["PERMIT_KEY"], clients.kms)
    return PermitIssuer(environment["PERMIT_ISSUER"], signer, open_stores(environment).permits)

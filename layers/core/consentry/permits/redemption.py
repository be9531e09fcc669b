"""Redemptions and revocations of data permits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from consentry.kernel.requests import Use
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import ModelOwner

CompactPermit = Annotated[str, StringConstraints(strict=True, max_length=8192)]
"""A permit as compact JWS."""


class RedemptionRequest(StrictModel):
    """A permit presented for one run, with the file that the run reads, its use and model owner.

    Repeating a `run_id` as the same caller returns the same redemption, as long as the permit can
    be redeemed. The id is stored as it is sent.
    """

    run_id: Id
    permit: CompactPermit
    admitted: Sha256
    use: Use
    model_owner: ModelOwner


class Redemption(StrictModel):
    """One run that a permit was redeemed for.

    `redeemed_by`: the caller's pseudonym at its customer. `until`: the end of the permit. A run
    that has not begun by then needs another permit.
    """

    permit_id: str
    decision_id: str
    run_id: str
    redeemed_by: str
    at: UtcDatetime
    until: UtcDatetime


class RevocationReason(StrEnum):
    """Why a permit was revoked."""

    WITHDRAWN = "consent_withdrawn"
    OUTDATED = "data_set_outdated"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Revocation:
    """A permit that was revoked before its end."""

    permit_id: str
    reason: RevocationReason
    at: datetime

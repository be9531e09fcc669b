"""A redemption: a permit shown by the one who uses it, for one run, and what is kept of that."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter

from consentry.kernel.requests import Use
from consentry.kernel.schema import Id, Sha256, StrictModel
from consentry.kernel.vocabulary import ModelOwner


class RedemptionRequest(StrictModel):
    """A permit, and what for: the run that begins now, the file that it is about to use, the use and whose model.

    The same `run_id` again, from the same caller, is the same redemption as long as the permit can be redeemed. The
    id is kept as it is sent.
    """

    run_id: Id
    permit: Annotated[str, StringConstraints(strict=True, max_length=8192)]
    admitted: Sha256
    use: Use
    model_owner: ModelOwner


@dataclass(frozen=True, slots=True)
class Redemption:
    """One run that a permit was redeemed for; the caller under its customer's pseudonym.

    `until`: the end of the permit. A run that has not begun by then needs another one.
    """

    permit_id: str
    decision_id: str
    run_id: str
    redeemed_by: str
    at: datetime
    until: datetime


class RevocationReason(StrEnum):
    """Why a permit was taken back."""

    WITHDRAWN = "consent_withdrawn"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Revocation:
    """A permit taken back before its end."""

    permit_id: str
    reason: RevocationReason
    at: datetime


def encode_redemption(redemption: Redemption) -> str:
    """As it is kept: one JSON document."""
    return _codec().dump_json(redemption).decode("utf-8")


def decode_redemption(kept: str) -> Redemption:
    """The redemption that was kept so."""
    return _codec().validate_json(kept)


@cache
def _codec() -> TypeAdapter[Redemption]:
    return TypeAdapter(Redemption)

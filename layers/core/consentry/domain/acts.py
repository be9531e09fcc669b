"""Consent acts: what a party did, when, on which form, and the record that is kept of it for ever."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from annotated_types import Len
from pydantic import model_validator

from consentry.domain.contract import DataNode, Document, Id, Moment, Sha256
from consentry.domain.requests import Use, leaves_of
from consentry.domain.vocabulary import LEAVES_UNDER, DataCategory, Operation, Service

CUSTOMER_PARTY = "customer"
"""The party that a customer is in its own consent records; a person's party is a random name."""

ALL = "all"
EVERY_NODE = tuple(node for node in LEAVES_UNDER if "." not in node)
EVERY_USE = tuple(Use(operation=o, service=s) for o in Operation for s in Service)


class ActKind(StrEnum):
    """What a party does."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Signature(StrEnum):
    """How the form was signed; `none` is no express consent."""

    NONE = "none"
    CLICK = "click"
    TYPED_NAME = "typed_name"


class Form(Document):
    """A consent form as it was shown, registered once by the SHA-256 of its text."""

    customer: Id
    text: Annotated[str, Len(1, 100_000)]
    locale: Id
    covers_earlier: bool = False


class ConsentAct(Document):
    """A grant, refusal or withdrawal by a customer (no `person`) or by one of its people."""

    act_id: Id
    customer: Id
    person: Id | None = None
    kind: ActKind
    uses: Annotated[tuple[Use, ...], Len(1, len(EVERY_USE))] | Literal["all"]
    data: Annotated[tuple[DataNode, ...], Len(1, len(LEAVES_UNDER))] | Literal["all"]
    form: Sha256 | None = None
    signature: Signature = Signature.NONE
    until: Moment | None = None

    @model_validator(mode="after")
    def _a_grant_says_what_it_grants(self) -> Self:
        if self.kind is ActKind.GRANT and ALL in (self.uses, self.data):
            raise ValueError(
                "a grant names its uses and its data; only a refusal or withdrawal covers all"
            )
        if self.kind is ActKind.GRANT and len(self._switching_on) > 1:
            raise ValueError(
                "switching a feature on and sharing content to improve it are two acts"
            )
        if self.kind is not ActKind.GRANT and (self.form or self.until):
            raise ValueError("only a grant has a form or an end")
        return self

    @property
    def _switching_on(self) -> set[bool]:
        return {use.operation is Operation.INFER for use in self.covered_uses}

    @property
    def covered_uses(self) -> tuple[Use, ...]:
        """The uses that the act speaks of."""
        return EVERY_USE if isinstance(self.uses, str) else self.uses

    @property
    def covered_leaves(self) -> tuple[DataCategory, ...]:
        """The data that the act speaks of."""
        return leaves_of(EVERY_NODE if isinstance(self.data, str) else self.data)


class ActRecord(Document):
    """What is kept of an act: never changed, a correction is a new act. People only by their names."""

    party: str
    version: int
    at: datetime
    recorded_by: str
    act: ConsentAct
    body_digest: str

"""Consent acts: what a party did, on which form, signed how, and by whom in its place."""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from annotated_types import Len
from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from consentry.kernel.requests import Use, leaves_of
from consentry.kernel.schema import CategoryNode, Id, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import LEAVES_UNDER, DataCategory, Operation, Service

CUSTOMER_PARTY = "customer"
"""The party that a customer is in its own consent records; a person's party is a random name."""

ALL: Final = "all"
EVERY_NODE = tuple(node for node in LEAVES_UNDER if "." not in node)
EVERY_USE = tuple(Use(operation=o, service=s) for o in Operation for s in Service)

Uses = Annotated[tuple[Use, ...], Len(1, len(EVERY_USE))]
Nodes = Annotated[tuple[CategoryNode, ...], Len(1, len(LEAVES_UNDER))]


_COMPACT = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$"
CompactJws = Annotated[str, StringConstraints(strict=True, pattern=_COMPACT, max_length=8192)]
"""RFC 7515, section 7.1; the payload may be left out (appendix F)."""


def uses_in(uses: tuple[Use, ...] | str) -> tuple[Use, ...]:
    """The uses that are named, or all that there are today."""
    return EVERY_USE if isinstance(uses, str) else uses


def leaves_in(data: tuple[str, ...] | str) -> tuple[DataCategory, ...]:
    """The leaves that are named, or stood for by nodes, or all that there are today."""
    return leaves_of(EVERY_NODE if isinstance(data, str) else data)


class ConsentEventKind(StrEnum):
    """What a party does."""

    GRANT = "grant"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"


class Signature(StrEnum):
    """How the form was signed; `none` is no express consent."""

    NONE = "none"
    CLICK = "click"
    TYPED_NAME = "typed_name"
    JWS = "jws"


class Authority(StrEnum):
    """Why somebody could act for another."""

    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"
    ADMINISTRATOR = "administrator"


class Representative(StrictModel):
    """Who did an act in its party's place, and by which authority: the caller's word, kept with the act."""

    who: Id
    authority: Authority


class ConsentEventContent(StrictModel):
    """A grant, refusal or withdrawal of a customer (no `person`) or of one of its people, as it is kept.

    Without `done_by` the party itself did it. `corrects` names an earlier act of the party, which is kept as it
    was; what a grant that is corrected still gives is taken back first. A refusal's form says what was asked.
    """

    consent_event_id: Id
    customer: Id
    person: Id | None = None
    kind: ConsentEventKind
    uses: Uses | Literal["all"]
    data: Nodes | Literal["all"]
    form_id: Sha256 | None = None
    signature: Signature = Signature.NONE
    until: UtcDatetime | None = None
    representative: Representative | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _a_grant_says_what_it_grants(self) -> Self:
        if self.kind is ConsentEventKind.GRANT and ALL in (self.uses, self.data):
            raise ValueError(
                "a grant names its uses and its data; only a refusal or withdrawal covers all"
            )
        if self.kind is ConsentEventKind.GRANT and len(self._switching_on) > 1:
            raise ValueError(
                "switching a feature on and sharing content to improve it are two acts"
            )
        if self.kind is not ConsentEventKind.GRANT and self.until:
            raise ValueError("only a grant has an end")
        if self.kind is ConsentEventKind.WITHDRAWAL and self.form_id:
            raise ValueError("only a grant or a refusal has a form")
        return self

    @property
    def _switching_on(self) -> set[bool]:
        return {use.operation is Operation.INFER for use in self.covered_uses}

    @property
    def covered_uses(self) -> tuple[Use, ...]:
        """The uses that the act speaks of."""
        return uses_in(self.uses)

    @property
    def covered_leaves(self) -> tuple[DataCategory, ...]:
        """The data that the act speaks of."""
        return leaves_in(self.data)


class ConsentEvent(ConsentEventContent):
    """An act as it is sent: with the name that was typed, or the compact JWS over the act."""

    typed_name: Annotated[str, Len(1, 200)] | None = Field(None, validate_default=True)
    jws: CompactJws | None = Field(None, validate_default=True)

    @field_validator("typed_name", "jws")
    @classmethod
    def _comes_with_its_signature(cls, value: str | None, info: ValidationInfo) -> str | None:
        if (value is not None) != (info.data.get("signature") == info.field_name):
            raise ValueError("comes with the signature of that name, and that with it")
        return value


def nodes_of(leaves: tuple[DataCategory, ...]) -> list[str]:
    """The shortest names for these leaves: `all`, whole branches, then single leaves."""
    named = set(leaves)
    if named.issuperset(leaves_of(EVERY_NODE)):
        return ["all"]
    branches = [node for node in EVERY_NODE if named.issuperset(LEAVES_UNDER[node])]
    covered = leaves_of(tuple(branches)) if branches else ()
    return branches + [str(leaf) for leaf in leaves if leaf not in covered]

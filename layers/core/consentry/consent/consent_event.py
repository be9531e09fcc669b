"""Consent events: a grant, refusal or withdrawal, its form and signature, and the representative of the party."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, Self

from annotated_types import Ge, Len
from pydantic import (
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import Use, leaves_of
from consentry.kernel.schema import CategoryNode, Id, PersonId, Sha256, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import (
    DataCategory,
    Operation,
    Vocabulary,
    branches_over,
    vocabulary,
)

CUSTOMER_PARTY: Final = "customer"
"""The party of a customer's own consent events. A person's party is a random pseudonym."""


class NamedPerson(StrictModel):
    """One of a customer's people; a stored event has the person's pseudonym instead of the id."""

    person: PersonId


def _kind_of_party(party: Any) -> str | None:
    if party == CUSTOMER_PARTY:
        return "[customer]"
    return "[person]" if isinstance(party, Mapping | NamedPerson) else None


Party = Annotated[
    Annotated[Literal["customer"], Tag("[customer]")] | Annotated[NamedPerson, Tag("[person]")],
    Discriminator(
        _kind_of_party,
        custom_error_type="unknown_party",
        custom_error_message='must be "customer" or {"person": <id>}',
    ),
]
"""The customer itself, or one of its people. It has no default: a missing person must not mean the customer."""


def person_of(party: Party) -> str | None:
    """The person; None for the customer itself."""
    return party.person if isinstance(party, NamedPerson) else None


def read_party(party: str | None, person: str | None) -> Party:
    """The party that one of two parameters names; InvalidRequestError unless exactly one is given."""
    if (party is None) == (person is None):
        raise InvalidRequestError("party", "is required: either party=customer or a person")
    if person is not None:
        return NamedPerson.read({"person": person})
    if party != CUSTOMER_PARTY:
        raise InvalidRequestError("party", "can only be customer; a person is named by person")
    return CUSTOMER_PARTY


ALL: Final = "all"

Uses = Annotated[tuple[Use, ...], Len(1, 100)]
Nodes = Annotated[tuple[CategoryNode, ...], Len(1, 100)]

_COMPACT = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$"
CompactJws = Annotated[str, StringConstraints(strict=True, pattern=_COMPACT, max_length=8192)]
"""RFC 7515, section 7.1; the payload may be left out (appendix F)."""


def every_use() -> tuple[Use, ...]:
    """Every operation for every service of the vocabulary."""
    return _every_use(vocabulary())


@cache
def _every_use(words: Vocabulary) -> tuple[Use, ...]:
    return tuple(Use(operation=o, service=s) for o in Operation for s in words.services)


def uses_in(uses: tuple[Use, ...] | str) -> tuple[Use, ...]:
    """The listed uses; for `all`, every use of today's vocabulary."""
    return every_use() if isinstance(uses, str) else uses


def leaves_in(data: tuple[str, ...] | str) -> tuple[DataCategory, ...]:
    """The leaves under the listed nodes; for `all`, every leaf of today's vocabulary."""
    return vocabulary().leaves if isinstance(data, str) else leaves_of(data)


class ConsentEventKind(StrEnum):
    """What a party does."""

    GRANT = "grant"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"


class Signature(StrEnum):
    """How the form was signed. A grant with `none` is not express consent."""

    NONE = "none"
    CLICK = "click"
    TYPED_NAME = "typed_name"
    JWS = "jws"


class Authority(StrEnum):
    """Why a representative may grant, refuse or withdraw for a party."""

    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"
    ADMINISTRATOR = "administrator"


class Representative(StrictModel):
    """The person who represents the party, and their authority, as the caller states them."""

    who: PersonId
    authority: Authority


class ConsentEventContent(StrictModel):
    """A grant, refusal or withdrawal of a customer or of one of its people, as `party` states.

    Without `representative`, it comes from the party itself. `corrects` names an earlier event of the party. That
    event is not changed. If it is a grant, the correction first withdraws what is left of it. `done_at`:
    when the party acted, if the event is sent later. The form of a refusal
    says what the party was asked.
    """

    consent_event_id: Id
    customer: Id
    party: Party
    kind: ConsentEventKind
    uses: Uses | Literal["all"]
    data: Nodes | Literal["all"]
    form_id: Sha256 | None = None
    signature: Signature = Signature.NONE
    done_at: UtcDatetime | None = None
    until: UtcDatetime | None = None
    representative: Representative | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> Self:
        is_grant = self.kind is ConsentEventKind.GRANT
        if is_grant and ALL in (self.uses, self.data):
            raise ValueError(
                "only a refusal or withdrawal can cover all; a grant lists its uses and data"
            )
        if is_grant and len({use.operation is Operation.INFER for use in self.covered_uses}) > 1:
            raise ValueError("a grant of infer cannot have other operations: send two grants")
        if self.until and not is_grant:
            raise ValueError("only a grant can have `until`")
        if self.kind is ConsentEventKind.WITHDRAWAL and self.form_id:
            raise ValueError("only a grant or a refusal can have `form_id`")
        return self

    @property
    def person(self) -> str | None:
        """The person whose event it is; None for the customer's own."""
        return person_of(self.party)

    @property
    def covered_uses(self) -> tuple[Use, ...]:
        """The uses that the event covers, by today's vocabulary."""
        return uses_in(self.uses)

    @property
    def covered_leaves(self) -> tuple[DataCategory, ...]:
        """The data that the event covers, by today's vocabulary."""
        return leaves_in(self.data)


class ConsentEvent(ConsentEventContent):
    """A consent event as a caller sends it, with the typed name or the compact JWS of its signature."""

    expected_version: Annotated[int, Strict(), Ge(0)] | None = None
    """The version of the party's consent that the caller has seen; the event is recorded after no other."""
    typed_name: Annotated[str, Len(1, 200)] | None = Field(None, validate_default=True)
    jws: CompactJws | None = Field(None, validate_default=True)

    @field_validator("typed_name", "jws")
    @classmethod
    def _fits_the_signature(cls, value: str | None, info: ValidationInfo) -> str | None:
        if (value is not None) != (info.data.get("signature") == info.field_name):
            raise ValueError("is required if `signature` has this name, and not allowed otherwise")
        return value


def nodes_of(leaves: tuple[DataCategory, ...]) -> list[str]:
    """The shortest list of nodes for these leaves, in the order of the tree; `all` for every leaf."""
    words, chosen = vocabulary(), set(leaves)
    if chosen.issuperset(words.leaves):
        return ["all"]
    whole = [node for node, under in words.leaves_under.items() if chosen.issuperset(under)]
    # A node is left out if a branch over it is listed.
    return [node for node in whole if not set(branches_over(node)).intersection(whole)]

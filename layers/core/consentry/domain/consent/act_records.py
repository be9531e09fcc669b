"""What is kept of an act for ever: all that a receipt needs, people by random names, typed ones as digests."""

from datetime import datetime
from enum import StrEnum

from consentry.domain.consent.acts import Act, ActKind, ConsentAct
from consentry.domain.consent.cells import Cell, by_use
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.forms import Form, FormShown
from consentry.domain.consent.lowering import taken_back
from consentry.domain.consent.signed_with import SignedWith
from consentry.domain.consent.standings import PartyState, effect_of
from consentry.domain.contract import Document
from consentry.domain.naming import CustomerKey
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory


class TakenBack(Document):
    """Each of these uses of each of these data."""

    uses: tuple[Use, ...]
    data: tuple[DataCategory, ...]


class SpentAs(StrEnum):
    """What an id named until it was erased."""

    ACT = "act"
    ERASURE = "erasure"


class ActRecord(Document):
    """What is kept of an act: never changed, a correction is a new act. People only by their random names."""

    party: str
    version: int
    at: datetime
    recorded_by: str
    act: Act
    form: FormShown | None = None
    signed_with: SignedWith | None = None
    body_digest: str
    erases: bool = False
    """Whether it is what was left when the person was erased."""
    leaves: tuple[DataCategory, ...] = ()
    """What the data of a grant stood for when it was done: a leaf that is new was not granted."""
    takes_back: tuple[TakenBack, ...] = ()
    """What it took from the grant that it corrects and does not give again."""
    travels_as: str | None = None
    """By what an act that `lowers` is known on its way to data sets: random, so it tells nothing of the act."""

    @property
    def spent_as(self) -> SpentAs:
        """What its id names, and is known to have named once it is erased."""
        return SpentAs.ERASURE if self.erases else SpentAs.ACT

    @property
    def effect(self) -> Effect:
        """What the act left in its party's state; a grant that names a form was held to what it covers."""
        return effect_of(self.act, self.form, at=self.at, leaves=self.leaves or None)

    @property
    def lowers(self) -> bool:
        """Whether it takes anything back: a refusal, a withdrawal, the correction of a grant."""
        return self.act.kind is not ActKind.GRANT or bool(self.takes_back)

    def denied_for(self, use: Use) -> frozenset[DataCategory]:
        """The data that it refuses this use of, or takes back."""
        taken = (each.data for each in self.takes_back if use in each.uses)
        act = self.act
        denies = act.kind is not ActKind.GRANT and use in act.covered_uses
        return frozenset(act.covered_leaves if denies else ()).union(*taken)


def record_of(
    act: ConsentAct,
    form: Form | None,
    signed: SignedWith | None,
    key: CustomerKey,
    *,
    party: str,
    after: PartyState,
    by: str,
    at: datetime,
) -> ActRecord:
    """The record of an act of a party in this state; `by` is the identity of the caller that records it."""
    return ActRecord(
        party=party,
        version=(after.version or 0) + 1,
        at=at,
        recorded_by=key.pseudonym(by),
        act=_kept(act, party, key),
        form=form.shown if form else None,
        signed_with=signed,
        body_digest=key.digest(act.model_dump_json().encode("utf-8")),
        leaves=act.covered_leaves if act.kind is ActKind.GRANT else (),
        takes_back=_blocks(taken_back(after, effect_of(act, form, at=at))),
    )


def _blocks(cells: frozenset[Cell]) -> tuple[TakenBack, ...]:
    """Cells as uses that share the same data."""
    blocks: dict[tuple[DataCategory, ...], list[Use]] = {}
    for use, data in by_use(cells):
        blocks.setdefault(data, []).append(use)
    return tuple(TakenBack(uses=tuple(uses), data=data) for data, uses in blocks.items())


def opened(record: ActRecord, key: CustomerKey) -> ActRecord:
    """The record with its JWS as it came, without its payload: that is the act, as `payload` writes it."""
    signed = record.signed_with
    if signed is None or signed.jws is None:
        return record
    jws, _ = signed.unsealed(key, party=record.party, act_id=record.act.act_id)
    return record.model_copy(update={"signed_with": signed.model_copy(update={"jws": jws})})


def as_signed(record: ActRecord, person: str | None, key: CustomerKey) -> ConsentAct | None:
    """The act as it was signed by a JWS, if it was, and if it is this person's (None: the customer's own)."""
    signed = record.signed_with
    if signed is None or signed.jws is None:
        return None
    jws, who = signed.unsealed(key, party=record.party, act_id=record.act.act_id)
    said = dict(record.act) | {"person": person, "jws": jws}
    if record.act.done_by:
        said["done_by"] = record.act.done_by.model_copy(update={"who": who})
    return ConsentAct(**said)


def _kept(act: ConsentAct, party: str, key: CustomerKey) -> Act:
    said = {name: getattr(act, name) for name in Act.model_fields}
    if act.done_by:
        said["done_by"] = act.done_by.model_copy(update={"who": key.pseudonym(act.done_by.who)})
    return Act(**said | {"person": party if act.person else None})

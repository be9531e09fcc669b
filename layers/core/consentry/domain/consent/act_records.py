"""What is kept of an act for ever: all that a receipt needs, people by random names, typed ones as digests."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from consentry.domain.consent.acts import Act, ConsentAct
from consentry.domain.consent.forms import Form, FormShown
from consentry.domain.consent.signing_keys import Kid
from consentry.domain.consent.standings import Effect, PartyState, effect_of
from consentry.domain.contract import Document
from consentry.domain.naming import CustomerKey
from consentry.domain.sealing import seal, unseal


class SignedWith(Document):
    """What is kept of a signature.

    `name`: the keyed digest of the name that was typed. `kid`: the key that a JWS was verified with; `jws`: that
    JWS without its payload, sealed, since with the public key at hand it would test guesses about the person.
    """

    name: str | None = None
    kid: Kid | None = None
    jws: str | None = None

    @classmethod
    def by_name(cls, name: str, key: CustomerKey) -> Self:
        """With a name that was typed."""
        return cls(name=key.digest(b"typed name\0" + name.encode("utf-8")))

    @classmethod
    def by_key(cls, kid: str, jws: str, key: CustomerKey, *, party: str, act_id: str) -> Self:
        """With a key, by a JWS without its payload."""
        return cls(kid=kid, jws=seal(jws, secret=key.secret, about=_about(party, act_id)))


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
    travels_as: str | None = None
    """By what a refusal or withdrawal is known on its way to data sets: random, so it tells nothing of the act."""

    @property
    def spent_as(self) -> SpentAs:
        """What its id names, and is known to have named once it is erased."""
        return SpentAs.ERASURE if self.erases else SpentAs.ACT

    @property
    def effect(self) -> Effect:
        """What the act left in its party's state; a grant that names a form was held to what it covers."""
        return effect_of(self.act, self.form, at=self.at)


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
    travels_as: str | None = None,
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
        travels_as=travels_as,
    )


def opened(record: ActRecord, key: CustomerKey) -> ActRecord:
    """The record with its JWS as it came, without its payload: that is the act, as `payload` writes it."""
    signed = record.signed_with
    if signed is None or signed.jws is None:
        return record
    jws = unseal(signed.jws, secret=key.secret, about=_about(record.party, record.act.act_id))
    return record.model_copy(update={"signed_with": signed.model_copy(update={"jws": jws})})


def _about(party: str, act_id: str) -> str:
    return f"{party}#{act_id}"


def _kept(act: ConsentAct, party: str, key: CustomerKey) -> Act:
    said = {name: getattr(act, name) for name in Act.model_fields}
    if act.done_by:
        said["done_by"] = act.done_by.model_copy(update={"who": key.pseudonym(act.done_by.who)})
    return Act(**said | {"person": party if act.person else None})

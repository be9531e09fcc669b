"""A party grants, refuses or withdraws: the act is kept for ever, and it holds once this returns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.act_signatures import key_named, verify
from consentry.domain.consent.acts import CUSTOMER_PARTY, ActKind, ConsentAct
from consentry.domain.consent.forms import Form
from consentry.domain.consent.signed_with import SignedWith
from consentry.domain.consent.standings import UNREAD, PartyState
from consentry.domain.errors import (
    ConflictingIdError,
    ConsentMovedError,
    ErasedError,
    MalformedError,
    UnansweredError,
    UnknownFormError,
    UnverifiedSignatureError,
)
from consentry.domain.naming import CustomerKey
from consentry.flows.ports import Consents, KeyRing
from consentry.flows.signing_ports import SigningKeys
from consentry.flows.worlds import WithConsents, WithKeys, WithSigners

ATTEMPTS = 10


class Recording(WithKeys, WithConsents, WithSigners, Protocol):
    """What keeping an act asks."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act as it is kept, and the state of its party after it."""

    record: ActRecord
    state: PartyState


def record_consent(
    act: ConsentAct,
    *,
    caller: Caller,
    at: datetime,
    world: Recording,
) -> Recorded:
    """Keep an act and bring its party's state up to it; when a withdrawal returns, it holds.

    The same act id with the same body again is the same act. Raises ForeignCustomerError, MalformedError,
    UnknownFormError, UncoveredByFormError, UnverifiedSignatureError, ConflictingIdError, ErasedError;
    UnansweredError if the party's state kept moving, or an erasure of the person has not come to its end.
    """
    caller.require(act.customer)
    form, key = _form_of(act, world.consents), world.keys.key_of(act.customer)
    for _ in range(ATTEMPTS):
        # A name is looked up each time, since erasing takes it away.
        party = _party(act, world.keys)
        # INVARIANT: the act is looked for before the state is read, so that a known act is in the state.
        known = world.consents.act(act.customer, party, act.act_id)
        before = world.consents.states(act.customer, (party,))[party]
        if before is UNREAD:  # Nobody could be told what stands, of a known act neither.
            break
        if known:
            return _again(known, act, key, before)
        if act.until is not None and act.until <= at:
            raise MalformedError("until", "has passed already")
        try:
            _require_new(act, party, before, key, world.consents)
            record = _record(act, form, party, before, caller, at, world)
            return Recorded(record, world.consents.append(record, record.effect, before))
        except ConsentMovedError:
            continue  # Another act came between, the key that signed was revoked, or the person is being erased.
    raise UnansweredError("the party's consent state kept moving, or could not be read")


def _record(
    act: ConsentAct,
    form: Form | None,
    party: str,
    before: PartyState,
    caller: Caller,
    at: datetime,
    world: Recording,
) -> ActRecord:
    key = world.keys.key_of(act.customer)
    signed, by = _signed(act, party, key, world.signers), caller.identity
    record = record_of(act, form, signed, key, party=party, after=before, by=by, at=at)
    # What takes anything back must find what was built on it.
    travels_as = world.keys.new_name() if record.lowers else None
    return record.model_copy(update={"travels_as": travels_as})


def _party(act: ConsentAct, keys: KeyRing) -> str:
    if act.person is None:
        return CUSTOMER_PARTY
    return keys.names_of(act.customer, (act.person,))[act.person]


def _form_of(act: ConsentAct, consents: Consents) -> Form | None:
    if act.form is None:
        return None
    form = consents.form(act.customer, act.form)
    if form is None:
        raise UnknownFormError
    if act.kind is ActKind.GRANT:  # More may be refused than was asked.
        form.require(act)
    return form


def _again(known: ActRecord, act: ConsentAct, key: CustomerKey, state: PartyState) -> Recorded:
    if known.body_digest != key.digest(act.model_dump_json().encode("utf-8")):
        raise ConflictingIdError("act_id")
    return Recorded(known, state)


def _require_new(
    act: ConsentAct, party: str, before: PartyState, key: CustomerKey, consents: Consents
) -> None:
    if before.closed:
        raise ConsentMovedError
    # INVARIANT: an act that was erased does not count again, however late it is delivered once more. Tokens are
    # asked for after the name was read: all that were erased under the names before it are kept by then.
    if act.person:
        place, spent = key.place(act.person), key.spent(act.person, act.act_id)
        if consents.spent(act.customer, place, spent):
            raise ErasedError
    if act.corrects and consents.act(act.customer, party, act.corrects) is None:
        raise MalformedError("corrects", "names no act of this party")


def _signed(
    act: ConsentAct, party: str, key: CustomerKey, signers: SigningKeys
) -> SignedWith | None:
    """What is kept of the signature, once it is known to be one."""
    if act.typed_name is not None:
        return SignedWith.by_name(act.typed_name, key)
    if act.jws is None:
        return None
    kid = key_named(act.jws)
    signer = signers.of(act.customer, kid)
    if signer is None:
        raise UnverifiedSignatureError("is by no key that this customer registered")
    if signer.revoked_at is not None:
        raise UnverifiedSignatureError("is by a key that was revoked")
    detached = verify(act, act.jws, signer.key)
    return SignedWith.by_key(kid, detached, key, party=party, act=act)

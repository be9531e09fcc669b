"""A party grants, refuses or withdraws: the act is kept for ever, and it holds once this returns."""

from dataclasses import dataclass
from datetime import datetime

from consentry.domain.acts import CUSTOMER_PARTY, ActRecord, ConsentAct
from consentry.domain.callers import Caller
from consentry.domain.errors import (
    ConflictingIdError,
    ConsentMovedError,
    MalformedError,
    UnansweredError,
    UnknownFormError,
)
from consentry.domain.naming import CustomerKey
from consentry.domain.standings import UNREAD, PartyState, effect_of
from consentry.flows.ports import Consents, KeyRing

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act as it is kept, and the state of its party after it."""

    record: ActRecord
    state: PartyState


def record_consent(
    act: ConsentAct, *, caller: Caller, at: datetime, keys: KeyRing, consents: Consents
) -> Recorded:
    """Keep an act and bring its party's state up to it; when a withdrawal returns, it holds.

    The same act id with the same body again is the same act. Raises ForeignCustomerError,
    UnknownFormError, ConflictingIdError; UnansweredError if the party's state kept moving.
    """
    caller.require(act.customer)
    if act.until is not None and act.until <= at:
        raise MalformedError("until", "has passed already")
    form = consents.form(act.customer, act.form) if act.form else None
    if act.form and form is None:
        raise UnknownFormError
    act, key = _named(act, keys), keys.key_of(act.customer)
    party = act.person or CUSTOMER_PARTY
    digest = key.digest(act.model_dump_json().encode("utf-8"))
    effect = effect_of(act, form, at=at)
    for _ in range(ATTEMPTS):
        # INVARIANT: the act is looked for before the state is read, so that a known act is in the state.
        known = consents.act(act.customer, party, act.act_id)
        before = consents.states(act.customer, (party,))[party]
        if known:
            return _again(known, digest, before)
        if before is UNREAD:
            break
        record = _record(act, party, before, digest, key, caller, at)
        try:
            return Recorded(record, consents.append(record, effect, before))
        except ConsentMovedError:
            continue
    raise UnansweredError("the party's consent state kept moving, or could not be read")


def _named(act: ConsentAct, keys: KeyRing) -> ConsentAct:
    """The act as it is kept: its person by the name that nobody outside knows."""
    if act.person is None:
        return act
    return act.model_copy(update={"person": keys.names_of(act.customer, (act.person,))[act.person]})


def _again(known: ActRecord, digest: str, state: PartyState) -> Recorded:
    if known.body_digest != digest:
        raise ConflictingIdError("act_id")
    return Recorded(known, state)


def _record(
    act: ConsentAct,
    party: str,
    before: PartyState,
    digest: str,
    key: CustomerKey,
    caller: Caller,
    at: datetime,
) -> ActRecord:
    return ActRecord(
        party=party,
        version=(before.version or 0) + 1,
        at=at,
        recorded_by=key.pseudonym(caller.identity),
        act=act,
        body_digest=digest,
    )

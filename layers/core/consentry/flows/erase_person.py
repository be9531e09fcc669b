"""A person is erased: acts, state and name are destroyed, and what names them from outside stays refused.

The order, and what a crash leaves at each line. Whoever asks again goes on from there:
1. The state under the person's name is closed. From here on nothing is allowed on it, no act can follow it,
   and no decision that read it before can commit. The name is still found by the id.
2. The acts under the name are deleted, with all evidence. Had the name gone first, a crash would leave acts
   that nobody can find again.
3. In one transaction the old name is taken from the id, which gets a new one with a withdrawal of everything
   under it. Nothing stored joins the two. A closed state without any content stays under the old name: whoever
   read the name before this, and writes or decides after, still runs into it.

Why a withdrawal stays: without one the person would come to `never_asked`, which is milder than the `withdrawn`
or `refused` that may have been erased, while data out there still names them by id. An act redelivered from
before is known by its token (`spent`) and does not count; a new grant is recorded under the new name.
"""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.erasure import Erased, Erasure
from consentry.domain.consent.standings import UNREAD, PartyState, after
from consentry.domain.errors import ConflictingIdError, ConsentMovedError, UnansweredError
from consentry.domain.naming import CustomerKey
from consentry.flows.erasure_ports import Erasures
from consentry.flows.worlds import WithConsents, WithKeys

ATTEMPTS = 10


class Erasing(WithKeys, WithConsents, Protocol):
    """What erasing a person asks."""

    @property
    def erasures(self) -> Erasures:
        """The port."""
        ...


def erase_person(
    erasure: Erasure,
    *,
    caller: Caller,
    at: datetime,
    world: Erasing,
) -> Erased:
    """Erase a person; when this returns, no decision stands on anything that the person gave before.

    Whoever was never heard of is refused from now on like anybody erased. Raises ForeignCustomerError;
    ConflictingIdError if an act has the erasure's id; UnansweredError if the person's consent kept moving.
    """
    caller.require(erasure.customer)
    for _ in range(ATTEMPTS):
        try:
            return _erased(erasure, caller, at, world)
        except ConsentMovedError:
            continue
    raise UnansweredError("the person's consent kept moving")


def _erased(erasure: Erasure, caller: Caller, at: datetime, world: Erasing) -> Erased:
    customer, key = erasure.customer, world.keys.key_of(erasure.customer)
    name = world.keys.known_names(customer, (erasure.person,)).get(erasure.person)
    old = None
    if name:
        # INVARIANT: the state is read before the acts: if it is closed at that version, these were all.
        state = world.consents.states(customer, (name,))[name]
        acts = world.consents.acts(customer, name)
        if known := next((r for r in acts if r.act.act_id == erasure.erasure_id), None):
            return _again(known)
        closed = _closed(customer, name, state, acts, key, world.erasures)
        world.erasures.destroy(customer, name)
        old = name, closed
    before = PartyState(spent=old[1].spent if old else frozenset())
    record = _left(erasure, world.erasures.new_name(), before, key, caller, at)
    world.erasures.rename(erasure.person, old, record, after(before, record.effect))
    return Erased(erasure.erasure_id, at)


def _closed(
    customer: str,
    name: str,
    state: PartyState,
    acts: tuple[ActRecord, ...],
    key: CustomerKey,
    erasures: Erasures,
) -> PartyState:
    if state is UNREAD:
        raise UnansweredError("the person's consent could not be read")
    if state.closed:  # An erasure that did not come to its end, or one beside us.
        return state
    spent = state.spent | {key.spent(record.act.act_id) for record in acts}
    return erasures.close(customer, name, state, spent)


def _left(
    erasure: Erasure,
    name: str,
    before: PartyState,
    key: CustomerKey,
    caller: Caller,
    at: datetime,
) -> ActRecord:
    """The record of the withdrawal that stays."""
    act = erasure.withdrawal
    record = record_of(act, None, None, key, party=name, after=before, by=caller.identity, at=at)
    return record.model_copy(update={"erases": True})


def _again(known: ActRecord) -> Erased:
    if not known.erases:
        raise ConflictingIdError("erasure_id")
    return Erased(known.act.act_id, known.at)

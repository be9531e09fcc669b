"""A person is erased: acts, state and name are destroyed, and what names them from outside stays refused.

The order, and what a crash leaves at each line. Whoever asks again goes on from there:
1. The state under the person's name is closed. From here on nothing is allowed on it, no act can follow it,
   and no decision that read it before can commit. The name is still found by the id.
2. Of each act under the name a token of its id is kept, at the place that the customer's key gives to the person,
   and then the act is deleted, with all evidence. Had the act gone first, a crash would leave an id that nobody
   knows to be spent; had the name gone first, acts that nobody can find again.
3. In one transaction the old name is taken from the id, which gets a new one with a withdrawal of everything
   under it. Nothing stored joins the two. A closed state without any content stays under the old name: whoever
   read the name before this, and writes or decides after, still runs into it.

Why a withdrawal stays: without one the person would come to `never_asked`, which is milder than the `withdrawn`
or `refused` that may have been erased, while data out there still names them by id. A new grant is recorded under
the new name. An act redelivered from before is known by its token and does not count: whoever reads the new name
reads tokens after 2. So is an erasure that another one followed: it was done, and what came since is not its.
"""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord, SpentAs, record_of
from consentry.domain.consent.erasure import Erased, Erasure
from consentry.domain.consent.standings import UNREAD, PartyState, after
from consentry.domain.errors import ConflictingIdError, ConsentMovedError, UnansweredError
from consentry.domain.naming import CustomerKey
from consentry.flows.erasure_ports import Erasures
from consentry.flows.ports import Consents
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

    Whoever was never heard of is refused from now on like anybody erased. An erasure that was done before touches
    nothing, whatever came since. Raises ForeignCustomerError; ConflictingIdError if an act has or had that id;
    UnansweredError if the person's consent kept moving, or another erasure has not come to its end.
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
        if done := _done(erasure, acts, key, world.consents):
            return done
        old = name, _closed(customer, name, state, world.erasures)
        for each in acts:
            world.erasures.spend(
                key.place(erasure.person), key.spent(erasure.person, each.act.act_id), each
            )
        world.erasures.destroy(customer, name)
    record = _left(erasure, world.erasures.new_name(), key, caller, at)
    world.erasures.rename(erasure.person, old, record, after(PartyState(), record.effect))
    return Erased(erasure.erasure_id, at)


def _done(
    erasure: Erasure, acts: tuple[ActRecord, ...], key: CustomerKey, consents: Consents
) -> Erased | None:
    """What is answered to an erasure whose id was used before; None if it is new, or did not come to its end."""
    # INVARIANT: acts are read before tokens, and a token is kept before its act is deleted: one of them is seen.
    known = next((each for each in acts if each.act.act_id == erasure.erasure_id), None)
    place, token = key.place(erasure.person), key.spent(erasure.person, erasure.erasure_id)
    was = known.spent_as if known else consents.spent(erasure.customer, place, token)
    if was is None:
        return None
    if was is SpentAs.ACT:
        raise ConflictingIdError("erasure_id")
    left = known or next((each for each in acts if each.erases), None)
    if left is None:  # The one that followed is under way, or broke off.
        raise ConsentMovedError
    return Erased(erasure.erasure_id, left.at)


def _closed(customer: str, name: str, state: PartyState, erasures: Erasures) -> PartyState:
    if state is UNREAD:
        raise UnansweredError("the person's consent could not be read")
    if state.closed:  # An erasure that did not come to its end, or one beside us.
        return state
    return erasures.close(customer, name, state)


def _left(erasure: Erasure, name: str, key: CustomerKey, caller: Caller, at: datetime) -> ActRecord:
    """The record of the withdrawal that stays."""
    act, nothing, by = erasure.withdrawal, PartyState(), caller.identity
    record = record_of(act, None, None, key, party=name, after=nothing, by=by, at=at)
    return record.model_copy(update={"erases": True})

"""What a party has consented to, now or at another moment, and the acts that it comes from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord, opened
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.replay import replayed, until
from consentry.domain.consent.standings import UNREAD
from consentry.domain.consent.use_standings import UseStanding, standings_of
from consentry.domain.errors import UnansweredError
from consentry.flows.worlds import UnderLaw, WithKeys


class Showing(WithKeys, UnderLaw, Protocol):
    """What showing a party's consent asks."""


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """A party's consent at a moment: its version then, what it comes to, and the acts until then, oldest first."""

    at: datetime
    version: int | None
    standings: tuple[UseStanding, ...]
    acts: tuple[ActRecord, ...]


def show_consent(
    customer: str,
    person: str | None,
    *,
    as_of: datetime | None,
    caller: Caller,
    at: datetime,
    world: Showing,
) -> ConsentShown:
    """The consent of a customer (no `person`) or of one of its people.

    Raises ForeignCustomerError; UnansweredError if the state could not be read.

    Without `as_of` as it stands now, by the state that decisions are made on. Of the past, by replaying the acts
    that there were, under the books that bound then; of the future, what will hold if nobody acts.
    """
    caller.require(customer)
    party, key = CUSTOMER_PARTY, world.keys.key_of(customer)
    if person:
        names = world.keys.known_names(customer, (person,))
        if person not in names:  # Nobody is named for being looked at.
            return ConsentShown(as_of or at, 0, (), ())
        party = names[person]
    # Read in any case: of whom is being erased some acts may be gone, and nothing stands.
    state = world.consents.states(customer, (party,))[party]
    if state is UNREAD:
        raise UnansweredError("the party's consent state could not be read")
    acts = world.consents.acts(customer, party)
    if as_of is None:
        binding = world.bindings.of(customer)
    else:
        at, acts, binding = as_of, until(acts, as_of), world.bindings.at(customer, as_of)
        state = state if state.closed else replayed(acts)
    standings = standings_of(state, binding.books(world.library), at=at)
    return ConsentShown(at, state.version, standings, tuple(opened(each, key) for each in acts))

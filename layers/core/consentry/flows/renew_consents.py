"""Who must be asked again is told, one event a party, from where an interrupted telling stopped."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.renewals import ConsentRenewalDue, renewal_due
from consentry.domain.consent.standings import UNREAD, PartyState
from consentry.domain.errors import UnansweredError
from consentry.domain.naming import CustomerKey
from consentry.domain.terms.bound_books import BoundBooks
from consentry.flows.ports import Consents
from consentry.flows.renewal_ports import RenewalRuns
from consentry.flows.worlds import UnderLaw, WithKeys

AT_ONCE = 25
"""Parties between two words to the cursor: so many at the most are told twice after a crash."""

type Tell = Callable[[ConsentRenewalDue], None]


class Renewing(WithKeys, UnderLaw, Protocol):
    """What the telling asks."""

    @property
    def renewal_runs(self) -> RenewalRuns:
        """The port."""
        ...


def renew_consents(
    customer: str,
    people: Sequence[str],
    *,
    again: bool,
    caller: Caller,
    at: datetime,
    world: Renewing,
    tell: Tell,
) -> int:
    """Tell of the customer, then of each of these people, whose grants are outdated; how many were told now.

    The same people under the same terms go on where the last run stopped, unless `again`. Raises
    ForeignCustomerError; UnansweredError if a consent could not be read (run again: those before are told).
    """
    caller.require(customer)
    books, runs = world.bindings.of(customer).books(world.library), world.renewal_runs
    run = _run(people, books, world.keys.key_of(customer), at)
    everybody, told = (None, *people), 0
    for start in range(0 if again else runs.reached(customer, run), len(everybody), AT_ONCE):
        batch = everybody[start : start + AT_ONCE]
        # Nobody is named for being looked at: who has no name never acted.
        names = world.keys.known_names(customer, [person for person in batch if person])
        parties = {
            person: CUSTOMER_PARTY if person is None else names.get(person) for person in batch
        }
        named = tuple(party for party in parties.values() if party)
        states = _read(customer, named, world.consents)
        for person, party in parties.items():
            due = party and renewal_due(customer, person, party, states[party], books, at=at)
            # Read again: telling takes its time, and whoever has withdrawn or renewed since is not told.
            if due and party:
                state = _read(customer, (party,), world.consents)[party]
                due = renewal_due(customer, person, party, state, books, at=at)
            if due:
                tell(due)
                told += 1
        # After the telling, never before: what is told twice after a crash has the same renewal_id.
        runs.reach(customer, run, start + len(batch))
    return told


def _read(customer: str, parties: tuple[str, ...], consents: Consents) -> Mapping[str, PartyState]:
    states = consents.states(customer, parties)
    if UNREAD in states.values():
        raise UnansweredError("a consent could not be read")
    return states


def _run(people: Sequence[str], books: BoundBooks, key: CustomerKey, at: datetime) -> str:
    """The name of one telling: the same people, under terms that changed as much."""
    changes = sorted({str(change) for change in books.changes if change.at <= at})
    return key.digest("\n".join((*changes, *people)).encode("ascii"))

"""Who must be asked again is told, one event a party, from where an interrupted telling stopped."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.status import UNREADABLE_STATE, PartyState
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import UnavailableError
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.renewal.open import RenewalDependencies
from consentry.renewal.renewal import ConsentRenewalDue, renewal_due
from consentry.terms.assignment import AssignedPolicies

BATCH_SIZE = 25
"""Parties between two words to the cursor: so many at the most are told twice after a crash."""

type PublishRenewal = Callable[[ConsentRenewalDue], None]


def renew_consents(
    customer: str,
    people: Sequence[str],
    *,
    again: bool,
    caller: Caller,
    at: datetime,
    deps: RenewalDependencies,
    publish: PublishRenewal,
) -> int:
    """Tell of the customer, then of each of these people, whose grants are outdated; how many were told now.

    The same people under the same terms go on where the last run stopped, unless `again`. Raises
    ForbiddenCustomerError; UnavailableError if a consent could not be read (run again: those before are told).
    """
    caller.require(customer)
    policy_sets, runs = deps.assignments.get(customer).resolve(deps.library), deps.renewal_runs
    run = _run(people, policy_sets, deps.pseudonyms.key_of(customer), at)
    everybody, told = (None, *people), 0
    for start in range(
        0 if again else runs.processed_count(customer, run), len(everybody), BATCH_SIZE
    ):
        batch = everybody[start : start + BATCH_SIZE]
        # Nobody is named for being looked at: who has no name never acted.
        names = deps.pseudonyms.find_pseudonyms(customer, [person for person in batch if person])
        parties = {
            person: CUSTOMER_PARTY if person is None else names.get(person) for person in batch
        }
        named = tuple(party for party in parties.values() if party)
        states = _read(customer, named, deps.consents)
        for person, party in parties.items():
            due = party and renewal_due(customer, person, party, states[party], policy_sets, at=at)
            # Read again: telling takes its time, and whoever has withdrawn or renewed since is not told.
            if due and party:
                state = _read(customer, (party,), deps.consents)[party]
                due = renewal_due(customer, person, party, state, policy_sets, at=at)
            if due:
                publish(due)
                told += 1
        # After the telling, never before: what is told twice after a crash has the same renewal_id.
        runs.save_progress(customer, run, start + len(batch))
    return told


def _read(
    customer: str, parties: tuple[str, ...], consents: ConsentRepository
) -> Mapping[str, PartyState]:
    states = consents.states(customer, parties)
    if UNREADABLE_STATE in states.values():
        raise UnavailableError("a consent could not be read")
    return states


def _run(
    people: Sequence[str], policy_sets: AssignedPolicies, key: CustomerKey, at: datetime
) -> str:
    """The name of one telling: the same people, under terms that changed as much."""
    changes = sorted({str(change) for change in policy_sets.changes if change.at <= at})
    return key.digest("\n".join((*changes, *people)).encode("ascii"))

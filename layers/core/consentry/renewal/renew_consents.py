"""Publishes who must be asked again, one event per party. A run that was interrupted resumes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from consentry.consent.consent_event import CUSTOMER_PARTY, NamedPerson, Party
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.status import UNREADABLE_STATE, PartyState
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import UnavailableError
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.renewal.open import RenewalDependencies
from consentry.renewal.renewal import ConsentRenewalDue, renewal_due
from consentry.terms.assignment import AssignedPolicies

BATCH_SIZE = 25
"""Parties between two writes of the progress: after a crash, at most so many events are published again."""

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
    """Publish an event for the customer and for each of these people that has invalidated grants.

    Returns how many events were published. A run with the same people under the same terms resumes
    where the last one stopped; with `again` it starts over. Raises ForbiddenCustomerError;
    UnavailableError if a consent could not be read (run again: earlier events are not repeated).
    """
    caller.require(customer, Permission.ADMINISTER)
    deps.pseudonyms.require_customer(customer, caller)
    policy_sets = deps.assignments.get(customer).resolve(deps.library)
    run = _run_id(people, policy_sets, deps.pseudonyms.key_of(customer), at)
    processed = 0 if again else deps.renewal_runs.processed_count(customer, run)
    published = 0
    everyone: list[Party] = [CUSTOMER_PARTY, *(NamedPerson(person=each) for each in people)]
    for batch in batched(everyone[processed:], BATCH_SIZE, strict=False):
        # A renewal creates no pseudonym: a person without one has no consent event.
        named = [each.person for each in batch if isinstance(each, NamedPerson)]
        pseudonyms = deps.pseudonyms.find_pseudonyms(customer, named)
        parties: dict[Party, str] = {
            each: pseudonyms[each.person] if isinstance(each, NamedPerson) else each
            for each in batch
            if not isinstance(each, NamedPerson) or each.person in pseudonyms
        }
        states = _read_states(customer, tuple(parties.values()), deps.consents)
        for party, stored in parties.items():
            if not renewal_due(customer, party, stored, states[stored], policy_sets, at=at):
                continue
            # Publishing takes time. Read again, to skip a party that has withdrawn or renewed since.
            state = _read_states(customer, (stored,), deps.consents)[stored]
            if due := renewal_due(customer, party, stored, state, policy_sets, at=at):
                publish(due)
                published += 1
        # Stored only after publishing. Events that are repeated after a crash have the same renewal_id.
        processed += len(batch)
        deps.renewal_runs.save_progress(customer, run, processed)
    return published


def _read_states(
    customer: str, parties: tuple[str, ...], consents: ConsentRepository
) -> Mapping[str, PartyState]:
    states = consents.states(customer, parties)
    if UNREADABLE_STATE in states.values():
        raise UnavailableError("a consent could not be read")
    return states


def _run_id(
    people: Sequence[str], policy_sets: AssignedPolicies, key: CustomerKey, at: datetime
) -> str:
    """The id of a run: the same for the same people under the same material changes."""
    changes = sorted({str(change) for change in policy_sets.changes if change.at <= at})
    return key.digest("\n".join((*changes, *people)).encode("utf-8"))

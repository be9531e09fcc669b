"""Counts how many of a customer's people have which consent status, use by use, at several moments."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.history import events_until, replay
from consentry.consent.open import ConsentDependencies
from consentry.consent.status import summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.vocabulary import ConsentStatus, Operation, Service, vocabulary
from consentry.terms.assignment import AssignedPolicies

type _UseStatus = tuple[Operation, Service, ConsentStatus]


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """How many people have a status for a use at a moment, and whether the customer has it too.

    A person with several statuses, on different data, counts once for each. A person without a
    consent event is not counted.
    """

    at: datetime
    operation: Operation
    service: Service
    status: ConsentStatus
    people: int
    customer: bool


def count_coverage(
    customer: str, moments: Sequence[datetime], *, caller: Caller, deps: ConsentDependencies
) -> tuple[CoverageCount, ...]:
    """The counts at each moment, from every consent event of the customer.

    Only an operator may scan them. ForbiddenCustomerError if the customer is not the caller's.
    """
    caller.require(customer, Permission.READ)
    policy_sets = {
        at: deps.assignments.get_at(customer, at).resolve(deps.library) for at in moments
    }
    return tuple(count_coverage_at(deps.consents.scan(customer), policy_sets))


def count_coverage_at(
    consent_events: Mapping[str, tuple[StoredConsentEvent, ...]],
    policy_sets: Mapping[datetime, AssignedPolicies],
) -> Iterator[CoverageCount]:
    """The counts at each moment, under the policy sets of that moment; each party's events are oldest first."""
    for at in sorted(policy_sets):
        people: Counter[_UseStatus] = Counter()
        customer = set[_UseStatus]()
        for party, records in consent_events.items():
            summary = summarize_statuses(replay(events_until(records, at)), policy_sets[at], at=at)
            statuses = {(each.operation, each.service, each.status) for each in summary}
            if party == CUSTOMER_PARTY:
                customer = statuses
            else:
                people.update(statuses)
        for key in product(Operation, vocabulary().services, ConsentStatus):
            if people[key] or key in customer:
                yield CoverageCount(at, *key, people[key], key in customer)

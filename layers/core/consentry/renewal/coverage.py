"""How many of a customer's people stand where, use by use, at several moments."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.history import events_until, replay
from consentry.consent.status_summary import summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.vocabulary import ConsentStatus, Operation, Service
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """How many people stand so on a use at a moment, and whether the customer itself does.

    A person who stands differently on different data counts once for each standing; one who never acted, nowhere.
    """

    at: datetime
    operation: Operation
    service: Service
    status: ConsentStatus
    people: int
    customer: bool


def count_coverage_at(
    consent_events: Mapping[str, tuple[StoredConsentEvent, ...]],
    policy_sets: Mapping[datetime, AssignedPolicies],
) -> tuple[CoverageCount, ...]:
    """The counts at each moment, under the books that bound then; `acts`: each party's, oldest first."""
    return tuple(
        row for at in sorted(policy_sets) for row in _at(consent_events, policy_sets[at], at)
    )


def _at(
    consent_events: Mapping[str, tuple[StoredConsentEvent, ...]],
    policy_sets: AssignedPolicies,
    at: datetime,
) -> Iterable[CoverageCount]:
    people: Counter[tuple[Operation, Service, ConsentStatus]] = Counter()
    customers = set[tuple[Operation, Service, ConsentStatus]]()
    for party, records in consent_events.items():
        stands = summarize_statuses(replay(events_until(records, at)), policy_sets, at=at)
        keys = {(each.operation, each.service, each.status) for each in stands}
        if party == CUSTOMER_PARTY:
            customers = keys
        else:
            people.update(keys)
    for key in sorted({*people, *customers}, key=_place):
        yield CoverageCount(at, *key, people[key], key in customers)


def _place(key: tuple[Operation, Service, ConsentStatus]) -> tuple[int, ...]:
    operation, service, status = key
    order = list(Operation).index(operation), list(Service).index(service)
    return (*order, list(ConsentStatus).index(status))

"""A party's consent statuses grouped for people: one entry for each use and status, with its data."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import every_use
from consentry.consent.status import PartyState
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    Operation,
    Service,
    vocabulary,
)
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class UseStatus:
    """A party's consent status for one use, and the data that it covers."""

    operation: Operation
    service: Service
    status: ConsentStatus
    data: tuple[DataCategory, ...]


def summarize_statuses(
    state: PartyState, policies: AssignedPolicies, *, at: datetime
) -> tuple[UseStatus, ...]:
    """The status of every use and category that a consent event covers; of everything if the state is closed."""
    groups: dict[tuple[Operation, Service, ConsentStatus], list[DataCategory]] = {}
    for use in every_use():
        invalidated = policies.invalidated_before(use.operation, use.service, at=at)
        for leaf in vocabulary().leaves:
            if state.closed or state.rule_for(use, leaf) is not None:
                status = state.status(use, leaf, at=at, invalidated_before=invalidated)
                groups.setdefault((use.operation, use.service, status), []).append(leaf)
    return tuple(UseStatus(*key, tuple(data)) for key, data in groups.items())

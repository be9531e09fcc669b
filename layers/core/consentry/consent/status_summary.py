"""A party's standing as it is shown, counted and asked for again: use by use, data of one standing together."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import EVERY_USE
from consentry.consent.status import PartyState
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Operation, Service
from consentry.terms.assigned_policies import AssignedPolicies


@dataclass(frozen=True, slots=True)
class UseStatus:
    """A party's standing on one use, and the data that it covers."""

    operation: Operation
    service: Service
    status: ConsentStatus
    data: tuple[DataCategory, ...]


def summarize_statuses(
    state: PartyState, policy_sets: AssignedPolicies, *, at: datetime
) -> tuple[UseStatus, ...]:
    """Every use that some act spoke of, with its standing, data of one standing together; all of a closed state."""
    shown: dict[tuple[Operation, Service, ConsentStatus], list[DataCategory]] = {}
    for use in EVERY_USE:
        invalidated = policy_sets.invalidated_before(use.operation, use.service, at=at)
        for leaf in DataCategory:
            if state.closed or state.rule_for(use, leaf) is not None:
                status = state.status(use, leaf, at=at, invalidated_before=invalidated)
                shown.setdefault((use.operation, use.service, status), []).append(leaf)
    return tuple(UseStatus(*key, tuple(data)) for key, data in shown.items())

"""Propagate an assignment to the data sets that it outdates.

The order, and what a crash leaves, are those of propagate_withdrawal.py: each outdated data set is
pending, then marked, its users notified, its permit revoked, and propagated.

INVARIANT: no data set that was screened under an earlier assignment is missed. It is recorded
before its screening is committed, and the commit checks the version of the assignment. So it was
recorded before the assignment, and the scan comes after it. A screening under the new assignment
used it.
"""

from collections.abc import Sequence
from datetime import datetime

from consentry.datasets.data_set import DataSet
from consentry.datasets.get_data_set import BATCH_SIZE, Successors, find_cause, find_decision
from consentry.datasets.remediation import DataSetState, OutdatedMark
from consentry.datasets.status import Outdated
from consentry.permits.redemption import Revocation, RevocationReason
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_to_data_sets import Clock, propagate_to_data_sets
from consentry.propagation.propagation import Propagation, PropagationStatus, assignment_id
from consentry.terms.assignment import StoredAssignment


def propagate_assignment(
    stored: StoredAssignment,
    *,
    clock: Clock,
    deps: PropagationDependencies,
    batch_size: int = BATCH_SIZE,
) -> PropagationStatus | None:
    """Mark the data sets that are outdated, revoke their permits, and notify their users.

    Returns the status if this call completed the propagation, and None if there was nothing to do.
    An assignment that is equal or milder for a data set leaves it clean. A failure to read or to
    notify is raised: the assignment must then be delivered again, and the propagation continues.
    """
    customer, propagation_id = stored.customer, assignment_id(stored.customer, stored.version)
    status = deps.propagations.status(propagation_id)
    if status and status.completed_at:
        return None
    propagation = deps.propagations.start(
        Propagation(
            withdrawal_id=propagation_id,
            customer=customer,
            withdrawn_at=stored.record.at,
            started_at=clock(),
            epochs=(),
        )
    )
    history = deps.assignments.history(customer)
    successors = Successors(customer, history, deps)

    def cause_of(data_set: DataSet, state: DataSetState) -> Outdated | None:
        decision = find_decision(data_set, deps.decisions)
        # The moment of the assignment counts even if this clock lags behind the operator's.
        at = max(clock(), stored.record.at)
        return find_cause(decision, state, history, at=at, deps=deps) if decision else None

    def affected(batch: Sequence[DataSet]) -> list[DataSet]:
        states = [(each, deps.data_sets.get_state(each.data_set_id)) for each in batch]
        return [each for each, state in states if is_unmarked(state) and cause_of(each, state)]

    def mark(data_set: DataSet) -> None:
        state = deps.data_sets.get_state(data_set.data_set_id)
        if outdated := cause_of(data_set, state):
            found = OutdatedMark(outdated=outdated, at=clock(), propagation_id=propagation_id)
            _mark(data_set, found, successors, deps)

    return propagate_to_data_sets(
        propagation, affected, mark, clock=clock, deps=deps, batch_size=batch_size
    )


def is_unmarked(state: DataSetState) -> bool:
    """Whether the users of a data set were not notified yet. A tainted data set has no permit, and stays tainted."""
    return state.outdated is None and not state.taints


def _mark(
    data_set: DataSet, mark: OutdatedMark, successors: Successors, deps: PropagationDependencies
) -> None:
    """Mark the data set as outdated, revoke its permit, and notify its users of both.

    A permit that is not issued yet needs no revocation: the version of the assignment has changed,
    so it cannot be issued.
    """
    stored = deps.data_sets.mark_outdated(data_set.data_set_id, mark)
    if stored.propagation_id != mark.propagation_id:
        return  # Another assignment marked it. Its propagation notifies the users.
    notify_users(data_set, stored.outdated, stored.at, successors, deps)


def notify_users(
    data_set: DataSet,
    outdated: Outdated,
    at: datetime,
    successors: Successors,
    deps: PropagationDependencies,
) -> None:
    """Publish that a data set is outdated, revoke its permit, and publish that. It may be repeated."""
    successor = successors.find(data_set, max(at, outdated.since or at))
    deps.publisher.publish_outdated(data_set, outdated, successor, at)
    if deps.permits.get(data_set.permit_id):
        deps.permits.revoke(Revocation(data_set.permit_id, RevocationReason.OUTDATED, at))
        deps.publisher.publish_revoked(data_set, None, at)

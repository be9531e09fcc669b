"""Propagate to every affected data set of a customer once, across crashes and repeated deliveries.

The steps, and what a crash between them leaves, are those of propagate_withdrawal.py.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched

from consentry.datasets.data_set import DataSet
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import Propagation, PropagationStatus

type Clock = Callable[[], datetime]


def propagate_to_data_sets(
    propagation: Propagation,
    affected: Callable[[Sequence[DataSet]], list[DataSet]],
    mark: Callable[[DataSet], None],
    *,
    clock: Clock,
    deps: PropagationDependencies,
    batch_size: int,
) -> PropagationStatus | None:
    """Mark the affected data sets, from where the last delivery stopped.

    `affected` chooses among a batch. `mark` marks one data set and notifies its users; it may be
    repeated. Returns the status if this call completed the propagation.
    """
    propagation_id, propagations = propagation.withdrawal_id, deps.propagations
    try:
        _find_affected(propagation, affected, clock, deps, batch_size)
    finally:  # Mark what was found, also if a later data set could not be checked.
        for data_set_id in _pending(propagations.status(propagation_id)):
            if data_set := deps.data_sets.get(data_set_id):
                mark(data_set)
            propagations.mark_propagated(propagation_id, data_set_id, clock())
    is_first = propagations.complete(propagation_id, clock())
    return propagations.status(propagation_id) if is_first else None


def _find_affected(
    propagation: Propagation,
    affected: Callable[[Sequence[DataSet]], list[DataSet]],
    clock: Clock,
    deps: PropagationDependencies,
    batch_size: int,
) -> None:
    """Store the affected data sets as pending, from where the last delivery stopped."""
    propagation_id, propagations = propagation.withdrawal_id, deps.propagations
    data_sets = deps.data_sets.list_by_customer(
        propagation.customer, propagations.scan_position(propagation_id)
    )
    for batch in batched(data_sets, batch_size, strict=False):
        for data_set in affected(batch):
            propagations.mark_pending(propagation_id, data_set.data_set_id, clock())
        propagations.save_scan_position(propagation_id, batch[-1].data_set_id, clock())


def _pending(status: PropagationStatus | None) -> list[str]:
    reached = status.data_sets if status else ()
    return [data_set.data_set_id for data_set in reached if not data_set.propagated_at]

"""A withdrawal is carried to every data set that holds its party: found, marked, told, its permit taken back.

The order, and what a crash leaves at each line; the queue then delivers the act again:
1. The reach begins: the customer's epochs are kept, once (of an erasure none). A crash before it leaves nothing.
2. The customer's data sets are looked at in the order of their ids, some at a time. Those that hold the party are
   kept as found, then how far that got, so that a delivery goes on where the one before it stopped.
3. Each that was found is marked and told, its permit is revoked and that is told; then it is kept as landed. A
   crash between tells it again; marks and landings keep their first times.
4. The reach is finished. Delivered again after that, nothing happens at all.

No data set that holds a withdrawn person stays clean:
INVARIANT: a data set is recorded before its screening is committed, and the commit stands on epochs that were
read before states. If the act came first, the commit fails. If the commit came first, so did the record; the act
came after it, and the list is read, strongly consistent, after the act. A record whose screening was never
committed is no data set: as its epochs have been passed, it never will be one. What is recorded while a delivery
looks, wherever it stands in the order of ids, was therefore screened after the act, and saw it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import batched

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.data_set import DataSet
from consentry.datasets.dataset_membership import BATCH_SIZE, filter_containing
from consentry.datasets.remediation import Taint
from consentry.permits.redemption import Revocation, RevocationReason
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import (
    ERASURE,
    Propagation,
    PropagationStatus,
    propagates,
    start_of_day,
    withdrawal_id,
)

type Clock = Callable[[], datetime]


def propagate_withdrawal(
    record: StoredConsentEvent, *, clock: Clock, deps: PropagationDependencies
) -> PropagationStatus | None:
    """Carry what an act takes wherever its party is; a grant that corrects none goes nowhere.

    Returns how far it got if this call finished it; None if there was nothing to do. `clock` tells when each data
    set was reached. What could not be read or told is raised: then it must come again, and goes on from there.
    """
    withdrawal, propagations = withdrawal_id(record), deps.propagations
    status = propagations.status(withdrawal)
    if not propagates(record) or (status and status.completed_at):
        return None
    erased = record.propagation_id == ERASURE
    if erased:
        # INVARIANT: for an erasure only the day is stored. A time to the second would show to a reader of the
        # tables which new pseudonym replaced the old one.
        clock = partial(_day, clock)
    epochs = () if erased else deps.consents.epochs(record.consent_event.customer)
    propagation = propagations.start(_beginning(record, epochs, clock()))
    try:
        _find_affected(record, propagation, clock, deps)
    finally:  # What was found is marked, even where one that follows cannot be looked at.
        for data_set_id in _pending(propagations.status(withdrawal)):
            if data_set := deps.data_sets.of(data_set_id):
                _mark(data_set, Taint(withdrawal_id=withdrawal, at=clock()), deps)
            propagations.mark_propagated(withdrawal, data_set_id, clock())
    return propagations.status(withdrawal) if propagations.complete(withdrawal, clock()) else None


def _day(clock: Clock) -> datetime:
    return start_of_day(clock())


def _beginning(record: StoredConsentEvent, epochs: tuple[int, ...], at: datetime) -> Propagation:
    return Propagation(
        withdrawal_id=withdrawal_id(record),
        customer=record.consent_event.customer,
        withdrawn_at=record.at,
        started_at=at,
        epochs=epochs,
    )


def _find_affected(
    record: StoredConsentEvent,
    propagation: Propagation,
    clock: Clock,
    deps: PropagationDependencies,
) -> None:
    """Keep as found what holds the party, from where the last delivery got on."""
    withdrawal, propagations = propagation.withdrawal_id, deps.propagations
    recorded = deps.data_sets.of_customer(
        propagation.customer, propagations.scan_position(withdrawal)
    )
    for some in batched(recorded, BATCH_SIZE, strict=False):
        may = [e for e in some if e.is_affected_by(record) and propagation.may_predate(e)]
        for each in filter_containing(record.party, may, deps):
            propagations.mark_pending(withdrawal, each.data_set_id, clock())
        propagations.save_scan_position(withdrawal, some[-1].data_set_id, clock())


def _mark(data_set: DataSet, taint: Taint, deps: PropagationDependencies) -> None:
    """Marked, told, and its permit taken back, if there is one: the moved epoch holds back the rest already."""
    kept = deps.data_sets.taint(data_set.data_set_id, taint)
    deps.publisher.publish_tainted(data_set, kept.withdrawal_id, kept.at)
    if deps.permits.get(data_set.permit_id):
        deps.permits.revoke(Revocation(data_set.permit_id, RevocationReason.WITHDRAWN, kept.at))
        deps.publisher.publish_revoked(data_set, kept.withdrawal_id, kept.at)


def _pending(status: PropagationStatus | None) -> list[str]:
    return (
        [each.data_set_id for each in status.data_sets if not each.propagated_at] if status else []
    )

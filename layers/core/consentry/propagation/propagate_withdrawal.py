"""Propagate a withdrawal to every data set that contains its party.

The order, and what a crash leaves after each step. The queue then delivers the withdrawal again:

1. Store the start, with the customer's epochs (none for an erasure). A crash before it leaves
   nothing.
2. Read the customer's data sets in the order of their ids, in batches. Store each data set that
   contains the party as pending, then the position of the scan. The next delivery continues there.
3. For each pending data set: mark it as tainted, notify its users, revoke its permit, notify them
   of that, then store it as propagated. A crash in between sends a notification twice. Taints and
   propagations keep their first times.
4. Store the completion. Later deliveries do nothing.

INVARIANT: no data set that contains a withdrawn person stays clean. A data set is recorded before
its screening is committed, and the commit checks epochs that were read before the statuses.

- If the consent event came first, the commit fails.
- If the commit came first, the record was there before the event. The scan comes after the event
  and is strongly consistent, so it reads the record.

A record without a committed screening is no data set, and it never becomes one: its epochs have
passed. A data set that is recorded during a scan was screened after the event, and used it.
"""

from collections.abc import Sequence

from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.data_set import DataSet
from consentry.datasets.get_data_set import BATCH_SIZE, filter_containing
from consentry.datasets.remediation import Taint
from consentry.permits.redemption import Revocation, RevocationReason
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_to_data_sets import Clock, propagate_to_data_sets
from consentry.propagation.propagation import (
    ERASURE,
    Propagation,
    PropagationStatus,
    propagates,
    start_of_day,
    withdrawal_id,
)


def propagate_withdrawal(
    record: StoredConsentEvent,
    *,
    clock: Clock,
    deps: PropagationDependencies,
    batch_size: int = BATCH_SIZE,
) -> PropagationStatus | None:
    """Propagate a consent event that refuses or withdraws something; any other one is ignored.

    Returns the status if this call completed the propagation, and None if there was nothing to do.
    `clock` gives the time when each data set is reached. A failure to read or to notify is raised:
    the event must then be delivered again, and the propagation continues.
    """
    withdrawal, propagations = withdrawal_id(record), deps.propagations
    status = propagations.status(withdrawal)
    if not propagates(record) or (status and status.completed_at):
        return None
    customer, is_erasure = record.consent_event.customer, record.propagation_id == ERASURE
    if is_erasure:
        # INVARIANT: for an erasure only the day is stored. A time to the second would show to a
        # reader of the tables which new pseudonym replaced the old one.
        clock = _days_of(clock)
    start = Propagation(
        withdrawal_id=withdrawal,
        customer=customer,
        withdrawn_at=record.at,
        started_at=clock(),
        epochs=() if is_erasure else deps.consents.epochs(customer),
    )
    propagation = propagations.start(start)

    def affected(batch: Sequence[DataSet]) -> list[DataSet]:
        candidates = [
            each for each in batch if each.is_affected_by(record) and propagation.may_predate(each)
        ]
        return filter_containing(record.party, candidates, deps)

    def mark(data_set: DataSet) -> None:
        _mark(data_set, Taint(withdrawal_id=withdrawal, at=clock()), deps)

    return propagate_to_data_sets(
        propagation, affected, mark, clock=clock, deps=deps, batch_size=batch_size
    )


def _days_of(clock: Clock) -> Clock:
    return lambda: start_of_day(clock())


def _mark(data_set: DataSet, taint: Taint, deps: PropagationDependencies) -> None:
    """Mark the data set as tainted, revoke its permit, and notify its users of both.

    A permit that is not issued yet needs no revocation: the epoch has changed, so it cannot be
    issued.
    """
    stored = deps.data_sets.taint(data_set.data_set_id, taint)
    deps.publisher.publish_tainted(data_set, stored.withdrawal_id, stored.at)
    if deps.permits.get(data_set.permit_id):
        deps.permits.revoke(Revocation(data_set.permit_id, RevocationReason.WITHDRAWN, stored.at))
        deps.publisher.publish_revoked(data_set, stored.withdrawal_id, stored.at)

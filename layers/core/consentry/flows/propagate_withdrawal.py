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
from itertools import batched
from typing import Protocol

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.permits.redemption import Because, Revocation
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.reach import ERASED, Reach, ReachShown, travels, withdrawal_id
from consentry.domain.reach.remedies import Taint
from consentry.flows.holdings import AT_ONCE, Holding, holding
from consentry.flows.reach_ports import Announcements
from consentry.flows.worlds import WithConsents, WithPermits, WithReaches

type Clock = Callable[[], datetime]


class Carrying(Holding, WithConsents, WithReaches, WithPermits, Protocol):
    """What carrying a withdrawal asks."""

    @property
    def announcements(self) -> Announcements:
        """The port."""
        ...


def propagate_withdrawal(record: ActRecord, *, clock: Clock, world: Carrying) -> ReachShown | None:
    """Carry what an act takes wherever its party is; a grant that corrects none goes nowhere.

    Returns how far it got if this call finished it; None if there was nothing to do. `clock` tells when each data
    set was reached. What could not be read or told is raised: then it must come again, and goes on from there.
    """
    withdrawal, reaches = withdrawal_id(record), world.reaches
    shown = reaches.shown(withdrawal)
    if not travels(record) or (shown and shown.finished_at):
        return None
    erased = record.travels_as == ERASED
    epochs = () if erased else world.consents.epochs(record.act.customer)
    reach = reaches.begin(_beginning(record, epochs, clock()))
    try:
        _look(record, reach, clock, world)
    finally:  # What was found is marked, even where one that follows cannot be looked at.
        for data_set_id in _not_landed(reaches.shown(withdrawal)):
            if data_set := world.data_sets.of(data_set_id):
                _mark(data_set, Taint(withdrawal_id=withdrawal, at=clock()), world)
            reaches.landed(withdrawal, data_set_id, clock())
    return reaches.shown(withdrawal) if reaches.finish(withdrawal, clock()) else None


def _beginning(record: ActRecord, epochs: tuple[int, ...], at: datetime) -> Reach:
    return Reach(
        withdrawal_id=withdrawal_id(record),
        customer=record.act.customer,
        acted_at=record.at,
        begun_at=at,
        epochs=epochs,
    )


def _look(record: ActRecord, reach: Reach, clock: Clock, world: Carrying) -> None:
    """Keep as found what holds the party, from where the last delivery got on."""
    withdrawal, reaches = reach.withdrawal_id, world.reaches
    recorded = world.data_sets.of_customer(reach.customer, reaches.looked_until(withdrawal))
    for some in batched(recorded, AT_ONCE, strict=False):
        may = [e for e in some if e.is_spoken_of(record) and reach.may_have_missed(e)]
        for each in holding(record.party, may, world):
            reaches.found(withdrawal, each.data_set_id, clock())
        reaches.looked(withdrawal, some[-1].data_set_id, clock())


def _mark(data_set: DataSet, taint: Taint, world: Carrying) -> None:
    """Marked, told, and its permit taken back, if there is one: the moved epoch holds back the rest already."""
    kept = world.data_sets.taint(data_set.data_set_id, taint)
    world.announcements.tainted(data_set, kept.withdrawal_id, kept.at)
    if world.permits.issued(data_set.permit_id):
        world.permits.revoke(Revocation(data_set.permit_id, Because.WITHDRAWN, kept.at))
        world.announcements.revoked(data_set, kept.withdrawal_id, kept.at)


def _not_landed(shown: ReachShown | None) -> list[str]:
    return [each.data_set_id for each in shown.data_sets if not each.landed_at] if shown else []

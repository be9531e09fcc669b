"""A withdrawal is carried to every data set that holds its party: found, marked, stated, told.

The order, and what a crash leaves at each line; the stream then delivers the act again:
1. The reach begins: the customer's epochs are kept, once. A crash before it leaves nothing.
2. All data sets that hold the party are found, and kept as found, before the first of them is marked: so that what
   has not landed yet can be told.
3. Each is marked, what is to be done is stated, it is told, its permit is revoked and that is told; then it is
   kept as landed. A crash between tells it again; marks, statements and landings keep their first times.
4. The reach is finished. Delivered again after that, nothing happens at all.

No data set that holds a withdrawn person stays clean:
INVARIANT: a data set is recorded before its screening is committed, and the commit stands on epochs that were
read before states. If the act came first, the commit fails. If the commit came first, so did the record; the act
came after it, and the list is read, strongly consistent, after the act. A record whose screening was never
committed is no data set: as its epochs have been passed, it never will be one.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.permits.redemption import Because, Revocation
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.reach import Reach, ReachShown, travels, withdrawal_id
from consentry.domain.reach.remedies import Taint
from consentry.flows.data_set_remedies import state_remedies
from consentry.flows.holdings import Holdings
from consentry.flows.permit_ports import Permits
from consentry.flows.ports import Consents, Decisions
from consentry.flows.reach_ports import Announcements, DataSets, PeopleFiles, Reaches


def propagate_withdrawal(
    record: ActRecord,
    *,
    clock: Callable[[], datetime],
    consents: Consents,
    decisions: Decisions,
    data_sets: DataSets,
    reaches: Reaches,
    files: PeopleFiles,
    permits: Permits,
    announcements: Announcements,
) -> ReachShown | None:
    """Carry a refusal or withdrawal wherever its party is; a grant goes nowhere.

    Returns how far it got if this call finished it; None if there was nothing to do. `clock` tells when each data
    set was reached. UnansweredError if anything could not be read or told: then it must come again.
    """
    withdrawal = withdrawal_id(record)
    shown = reaches.shown(withdrawal)
    if not travels(record) or (shown and shown.finished_at):
        return None
    reach = reaches.begin(_beginning(record, consents.epochs(record.act.customer), clock()))
    holdings = Holdings(data_sets, files, decisions)
    found = [
        each
        for each in data_sets.of_customer(reach.customer)
        if each.is_spoken_of(record.act)
        and reach.may_have_missed(each)
        and holdings.hold(each, record.party)
    ]
    for each in found:
        reaches.found(withdrawal, each.data_set_id, clock())
    for each in _not_landed(found, reaches.shown(withdrawal)):
        taint = Taint(withdrawal_id=withdrawal, at=clock())
        data_sets.taint(each.data_set_id, taint)
        state_remedies(each, taint, data_sets)
        announcements.tainted(each, withdrawal, taint.at)
        _take_back(each, withdrawal, taint.at, permits, announcements)
        reaches.landed(withdrawal, each.data_set_id, clock())
    return reaches.shown(withdrawal) if reaches.finish(withdrawal, clock()) else None


def _beginning(record: ActRecord, epochs: tuple[int, ...], at: datetime) -> Reach:
    return Reach(
        withdrawal_id=withdrawal_id(record),
        customer=record.act.customer,
        acted_at=record.at,
        begun_at=at,
        epochs=epochs,
    )


def _take_back(
    data_set: DataSet,
    withdrawal: str,
    at: datetime,
    permits: Permits,
    announcements: Announcements,
) -> None:
    """Its permit, if there is one; the moved epoch holds back the rest already."""
    if permits.issued(data_set.permit_id):
        permits.revoke(Revocation(data_set.permit_id, Because.WITHDRAWN, at))
        announcements.revoked(data_set, withdrawal, at)


def _not_landed(found: list[DataSet], shown: ReachShown | None) -> Iterator[DataSet]:
    landed = {each.data_set_id for each in shown.data_sets if each.landed_at} if shown else set()
    return (each for each in found if each.data_set_id not in landed)

"""How far each withdrawal or assignment has propagated, in the data set table; each item is written once.

<customer>#withdrawals#<party>   <withdrawal>#started                 the propagation started
<customer>#withdrawals#<party>   <withdrawal>#pending#<data set>      a data set contains the party
<customer>#withdrawals#<party>   <withdrawal>#propagated#<data set>   marked, and its users notified
<customer>#withdrawals#<party>   <withdrawal>#scanned#<data set>      all up to this one are checked
<customer>#withdrawals#<party>   <withdrawal>#completed               every data set was reached

Withdrawals and data sets appear here only by their tokens. An assignment has the same items in the
partition <customer>#assignments; its token is its version.
"""

from dataclasses import dataclass
from datetime import datetime

from consentry.aws.table import Key, Table
from consentry.datasets.dynamodb import put_or_get
from consentry.kernel.ids import CustomerToken, token_of
from consentry.propagation.propagation import (
    ASSIGNMENT,
    AffectedDataSet,
    Propagation,
    PropagationStatus,
    parse_withdrawal_id,
)

STARTED, COMPLETED = "started", "completed"
PENDING, PROPAGATED, SCANNED = "pending#", "propagated#", "scanned#"


@dataclass(frozen=True)
class PropagationRepository:
    """The progress of each withdrawal or assignment. All reads are strongly consistent."""

    table: Table

    def start(self, propagation: Propagation) -> Propagation:
        """Store the start of a propagation; returns the one that was stored first."""
        return put_or_get(self.table, _key(propagation.withdrawal_id, STARTED), propagation)

    def status(self, withdrawal_id: str) -> PropagationStatus | None:
        """How far a withdrawal has propagated; None if its propagation has not started."""
        pk, prefix = _key(withdrawal_id, "")
        found = self.table.query(pk, prefix=prefix)
        items = {sk.removeprefix(prefix): item for sk, item in found}
        if STARTED not in items:
            return None
        propagation = Propagation.model_validate_json(items[STARTED]["row"])
        times = {step: item.get("at") for step, item in items.items()}
        tokens = [sk.removeprefix(PENDING) for sk in items if sk.startswith(PENDING)]
        return PropagationStatus(
            withdrawal_id=withdrawal_id,
            withdrawn_at=propagation.withdrawn_at,
            started_at=propagation.started_at,
            completed_at=times.get(COMPLETED),
            data_sets=tuple(
                AffectedDataSet(
                    data_set_id=str(CustomerToken(propagation.customer, token)),
                    pending_since=times[f"{PENDING}{token}"],
                    propagated_at=times.get(f"{PROPAGATED}{token}"),
                )
                for token in tokens
            ),
        )

    def mark_pending(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """Store that a data set contains the party."""
        self._put(withdrawal_id, f"{PENDING}{token_of(data_set_id)}", at)

    def mark_propagated(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """Store that a data set was marked, and its users notified."""
        self._put(withdrawal_id, f"{PROPAGATED}{token_of(data_set_id)}", at)

    def save_scan_position(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """Store that all data sets up to this id were checked, and the affected ones stored."""
        self._put(withdrawal_id, f"{SCANNED}{token_of(data_set_id)}", at)

    def scan_position(self, withdrawal_id: str) -> str | None:
        """The token of the last data set that was checked; None if none was."""
        pk, prefix = _key(withdrawal_id, SCANNED)
        tokens = [sk.removeprefix(prefix) for sk, _ in self.table.query(pk, prefix=prefix)]
        return max(tokens, default=None)

    def complete(self, withdrawal_id: str, at: datetime) -> bool:
        """Store the completion; return whether this call was the first to do so."""
        return self._put(withdrawal_id, COMPLETED, at)

    def _put(self, withdrawal_id: str, step: str, at: datetime) -> bool:
        key = _key(withdrawal_id, step)
        return self.table.put_if_absent(key, {"at": at.isoformat(timespec="microseconds")})


def _key(withdrawal_id: str, step: str) -> Key:
    customer, party, token = parse_withdrawal_id(withdrawal_id)
    if party == ASSIGNMENT:
        return f"{customer}#assignments", f"{token}#{step}"
    return f"{customer}#withdrawals#{party}", f"{token}#{step}"

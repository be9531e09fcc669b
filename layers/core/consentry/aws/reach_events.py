"""DataSetTainted and PermitRevoked events: somebody in a data set has withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from consentry.aws import bus
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.told import DataSetTainted, PermitRevoked

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class ReachEvents:
    """The port `Announcements`, on a bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a DataSetTainted event on the bus; `data_set_id` and `withdrawal_id` tell a repeat."""
        said = _named(data_set, withdrawal_id)
        bus.tell(
            self.client(),
            self.bus,
            DataSetTainted(**said, admitted=data_set.admitted, tainted_at=at),
        )

    def revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a PermitRevoked event on the bus; `permit_id` and `withdrawal_id` tell a repeat."""
        said = _named(data_set, withdrawal_id)
        bus.tell(
            self.client(),
            self.bus,
            PermitRevoked(**said, permit_id=data_set.permit_id, revoked_at=at),
        )


def _named(data_set: DataSet, withdrawal_id: str) -> dict[str, Any]:
    return {
        "customer": data_set.customer,
        "data_set_id": data_set.data_set_id,
        "decision_id": data_set.decision_id,
        "withdrawal_id": withdrawal_id,
    }

"""DataSetTainted and PermitRevoked events: somebody in a data set has withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from consentry.aws import eventbridge
from consentry.datasets.data_set import DataSet
from consentry.propagation.notifications import DataSetTainted, PermitRevoked

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class EventBridgePropagationPublisher:
    """The port `Announcements`, on a bus."""

    eventbridge: str
    client: Callable[[], "EventBridgeClient"]

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a DataSetTainted event on the bus; `data_set_id` and `withdrawal_id` tell a repeat."""
        said = _named(data_set, withdrawal_id)
        eventbridge.publish(
            self.client(),
            self.eventbridge,
            DataSetTainted(**said, admitted=data_set.admitted, tainted_at=at),
        )

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a PermitRevoked event on the bus; `permit_id` and `withdrawal_id` tell a repeat."""
        said = _named(data_set, withdrawal_id)
        eventbridge.publish(
            self.client(),
            self.eventbridge,
            PermitRevoked(**said, permit_id=data_set.permit_id, revoked_at=at),
        )


def _named(data_set: DataSet, withdrawal_id: str) -> dict[str, Any]:
    return {
        "customer": data_set.customer,
        "data_set_id": data_set.data_set_id,
        "decision_id": data_set.decision_id,
        "withdrawal_id": withdrawal_id,
    }

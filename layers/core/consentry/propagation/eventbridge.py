"""Publishes DataSetTainted and PermitRevoked events on the bus."""

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
    """A PropagationPublisher on an EventBridge bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish DataSetTainted. A repetition has the same `data_set_id` and `withdrawal_id`."""
        fields = _common_fields(data_set, withdrawal_id)
        self._publish(DataSetTainted(**fields, admitted=data_set.admitted, tainted_at=at))

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish PermitRevoked. A repetition has the same `permit_id` and `withdrawal_id`."""
        fields = _common_fields(data_set, withdrawal_id)
        self._publish(PermitRevoked(**fields, permit_id=data_set.permit_id, revoked_at=at))

    def _publish(self, event: DataSetTainted | PermitRevoked) -> None:
        eventbridge.publish(self.client(), self.bus, event)


def _common_fields(data_set: DataSet, withdrawal_id: str) -> dict[str, Any]:
    return {
        "customer": data_set.customer,
        "data_set_id": data_set.data_set_id,
        "decision_id": data_set.decision_id,
        "withdrawal_id": withdrawal_id,
    }

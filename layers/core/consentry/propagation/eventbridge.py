"""Publishes DataSetTainted and PermitRevoked events, which notify the users of data sets.

Each may be sent twice, unchanged: a repetition has the same `withdrawal_id` and `data_set_id`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from consentry.aws import eventbridge
from consentry.datasets.data_set import DataSet
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class _DataSetEvent(StrictModel):
    schema_version: Literal[1] = 1
    customer: Id
    data_set_id: str
    decision_id: str
    withdrawal_id: str


class DataSetTainted(_DataSetEvent):
    """A party of a data set has withdrawn. `admitted`: the SHA-256 of the admitted rows."""

    admitted: Sha256
    tainted_at: UtcDatetime


class PermitRevoked(_DataSetEvent):
    """The permit of a data set was revoked."""

    permit_id: str
    revoked_at: UtcDatetime


class PropagationPublisher(Protocol):
    """Notifies the users of data sets. UnavailableError if a notification was not sent."""

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish DataSetTainted."""

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish PermitRevoked."""


@dataclass(frozen=True)
class EventBridgePropagationPublisher:
    """A PropagationPublisher on an EventBridge bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish DataSetTainted."""
        fields = _common_fields(data_set, withdrawal_id)
        event = DataSetTainted(**fields, admitted=data_set.admitted, tainted_at=at)
        eventbridge.publish(self.client(), self.bus, event)

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish PermitRevoked."""
        fields = _common_fields(data_set, withdrawal_id)
        event = PermitRevoked(**fields, permit_id=data_set.permit_id, revoked_at=at)
        eventbridge.publish(self.client(), self.bus, event)


def _common_fields(data_set: DataSet, withdrawal_id: str) -> dict[str, Any]:
    return {
        "customer": data_set.customer,
        "data_set_id": data_set.data_set_id,
        "decision_id": data_set.decision_id,
        "withdrawal_id": withdrawal_id,
    }

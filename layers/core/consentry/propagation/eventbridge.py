"""Publishes DataSetTainted, DataSetOutdated and PermitRevoked: they notify the users of data sets.

Each may be sent twice, unchanged: a repetition has the same `withdrawal_id` and `data_set_id`. A data
set has one DataSetOutdated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from consentry.aws import eventbridge
from consentry.datasets.data_set import DataSet
from consentry.datasets.status import Outdated
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime
from consentry.permits.redemption import RevocationReason

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class _DataSetEvent(StrictModel):
    schema_version: Literal[1] = 1
    customer: Id
    data_set_id: str
    decision_id: str


class DataSetTainted(_DataSetEvent):
    """A party of a data set has withdrawn. `admitted`: the SHA-256 of the admitted rows."""

    withdrawal_id: str
    admitted: Sha256
    tainted_at: UtcDatetime


class DataSetOutdated(_DataSetEvent):
    """What would decide a data set now rejects rows that it admitted: screen again.

    `admitted`: the SHA-256 of the admitted rows. `successor`: the data set of a new screening, if
    there is one already.
    """

    admitted: Sha256
    outdated: Outdated
    successor: str | None
    outdated_at: UtcDatetime


class PermitRevoked(_DataSetEvent):
    """The permit of a data set was revoked: by a withdrawal, or because the data set is outdated."""

    reason: RevocationReason
    withdrawal_id: str | None
    permit_id: str
    revoked_at: UtcDatetime


class PropagationPublisher(Protocol):
    """Notifies the users of data sets. UnavailableError if a notification was not sent."""

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish DataSetTainted."""

    def publish_outdated(
        self, data_set: DataSet, outdated: Outdated, successor: str | None, at: datetime
    ) -> None:
        """Publish DataSetOutdated."""

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str | None, at: datetime) -> None:
        """Publish PermitRevoked; without a withdrawal the data set is outdated."""


@dataclass(frozen=True)
class EventBridgePropagationPublisher:
    """A PropagationPublisher on an EventBridge bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Publish DataSetTainted."""
        event = DataSetTainted(
            **_common_fields(data_set),
            withdrawal_id=withdrawal_id,
            admitted=data_set.admitted,
            tainted_at=at,
        )
        eventbridge.publish(self.client(), self.bus, event)

    def publish_outdated(
        self, data_set: DataSet, outdated: Outdated, successor: str | None, at: datetime
    ) -> None:
        """Publish DataSetOutdated."""
        event = DataSetOutdated(
            **_common_fields(data_set),
            admitted=data_set.admitted,
            outdated=outdated,
            successor=successor,
            outdated_at=at,
        )
        eventbridge.publish(self.client(), self.bus, event)

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str | None, at: datetime) -> None:
        """Publish PermitRevoked; without a withdrawal the data set is outdated."""
        event = PermitRevoked(
            **_common_fields(data_set),
            reason=RevocationReason.WITHDRAWN if withdrawal_id else RevocationReason.OUTDATED,
            withdrawal_id=withdrawal_id,
            permit_id=data_set.permit_id,
            revoked_at=at,
        )
        eventbridge.publish(self.client(), self.bus, event)


def _common_fields(data_set: DataSet) -> dict[str, Any]:
    return {
        "customer": data_set.customer,
        "data_set_id": data_set.data_set_id,
        "decision_id": data_set.decision_id,
    }

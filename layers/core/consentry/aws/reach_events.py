"""DataSetTainted and PermitRevoked events: somebody in a data set has withdrawn."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from consentry.aws.decided_events import SOURCE
from consentry.domain.errors import UnansweredError
from consentry.domain.reach.data_sets import DataSet

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class ReachEvents:
    """The port `Announcements`, on a bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a DataSetTainted event on the bus; `data_set_id` and `withdrawal_id` tell a repeat."""
        said = {"admitted": data_set.admitted, "tainted_at": at.isoformat()}
        self._put("DataSetTainted", data_set, {"withdrawal_id": withdrawal_id} | said)

    def revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a PermitRevoked event on the bus; `permit_id` and `withdrawal_id` tell a repeat."""
        said = {"permit_id": data_set.permit_id, "revoked_at": at.isoformat()}
        self._put("PermitRevoked", data_set, {"withdrawal_id": withdrawal_id} | said)

    def _put(self, kind: str, data_set: DataSet, said: dict[str, str]) -> None:
        detail = {
            "customer": data_set.customer,
            "data_set_id": data_set.data_set_id,
            "decision_id": data_set.decision_id,
        }
        entry = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": kind,
            "Detail": json.dumps(detail | said),
        }
        if self.client().put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
            raise UnansweredError("a withdrawal could not be told on the bus")

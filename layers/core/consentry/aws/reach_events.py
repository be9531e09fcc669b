"""DataSetTainted events: somebody in a data set has withdrawn."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from consentry.aws.decided_events import SOURCE
from consentry.domain.data_sets import DataSet
from consentry.domain.errors import UnansweredError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class ReachEvents:
    """The port `Announcements`, on a bus."""

    bus: str
    client: Callable[[], "EventBridgeClient"]

    def tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Put a DataSetTainted event on the bus; `data_set_id` and `withdrawal_id` tell a repeat."""
        detail = {
            "data_set_id": data_set.data_set_id,
            "withdrawal_id": withdrawal_id,
            "customer": data_set.customer,
            "decision_id": data_set.decision_id,
            "admitted": data_set.admitted,
            "tainted_at": at.isoformat(),
        }
        entry = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": "DataSetTainted",
            "Detail": json.dumps(detail),
        }
        if self.client().put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
            raise UnansweredError("a tainted data set could not be told on the bus")

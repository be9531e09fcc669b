"""ConsentRenewalDue events: whom the customer's own system has to ask again, told on the bus, not too fast."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from consentry.aws.decided_events import SOURCE
from consentry.domain.consent.renewals import ConsentRenewalDue
from consentry.domain.errors import UnansweredError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

DETAIL_TYPE = "ConsentRenewalDue"


@dataclass(frozen=True)
class RenewalEvents:
    """Puts at most `per_second` events on the bus; `pause` waits, in seconds."""

    bus: str
    client: Callable[[], "EventBridgeClient"]
    pause: Callable[[float], None]
    per_second: float

    def tell(self, due: ConsentRenewalDue) -> None:
        """One event; UnansweredError if EventBridge did not take it."""
        detail = TypeAdapter(ConsentRenewalDue).dump_python(due, mode="json")
        answer = self.client().put_events(
            Entries=[
                {
                    "EventBusName": self.bus,
                    "Source": SOURCE,
                    "DetailType": DETAIL_TYPE,
                    "Detail": json.dumps(detail),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise UnansweredError("a renewal could not be put on the bus")
        self.pause(1 / self.per_second)

"""ConsentRenewalDue events: whom the customer's own system has to ask again, told on the bus, not too fast."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws import eventbridge
from consentry.renewal.renewal import ConsentRenewalDue

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class EventBridgeRenewalPublisher:
    """Puts at most `per_second` events on the bus; `pause` waits, in seconds."""

    eventbridge: str
    client: Callable[[], "EventBridgeClient"]
    pause: Callable[[float], None]
    per_second: float

    def publish(self, due: ConsentRenewalDue) -> None:
        """One event; UnavailableError if EventBridge did not take it."""
        eventbridge.publish(self.client(), self.eventbridge, due)
        self.pause(1 / self.per_second)

"""Publishes ConsentRenewalDue events at a limited rate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws import eventbridge
from consentry.renewal.renewal import ConsentRenewalDue

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class EventBridgeRenewalPublisher:
    """Puts at most `per_second` events on an event bus; `pause` waits, in seconds."""

    event_bus: str
    client: Callable[[], "EventBridgeClient"]
    pause: Callable[[float], None]
    per_second: float

    def publish(self, due: ConsentRenewalDue) -> None:
        """Publish one event; UnavailableError if EventBridge did not accept it."""
        eventbridge.publish(self.client(), self.event_bus, due)
        self.pause(1 / self.per_second)

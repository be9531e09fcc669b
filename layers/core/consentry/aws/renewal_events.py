"""ConsentRenewalDue events: whom the customer's own system has to ask again, told on the bus, not too fast."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws import bus
from consentry.domain.consent.renewals import ConsentRenewalDue

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True)
class RenewalEvents:
    """Puts at most `per_second` events on the bus; `pause` waits, in seconds."""

    bus: str
    client: Callable[[], "EventBridgeClient"]
    pause: Callable[[float], None]
    per_second: float

    def tell(self, due: ConsentRenewalDue) -> None:
        """One event; UnansweredError if EventBridge did not take it."""
        bus.tell(self.client(), self.bus, due)
        self.pause(1 / self.per_second)

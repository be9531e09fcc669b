"""Events that are told on the bus: put whole, or it is said that they were not."""

import json
from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "consentry"


def publish(client: "EventBridgeClient", bus: str, detail: object) -> None:
    """Put an event on the bus whose type is its detail's; UnavailableError if EventBridge did not take it."""
    kind: Any = type(detail)
    said = _written(kind).dump_python(detail, mode="json")
    entry = {
        "EventBusName": bus,
        "Source": SOURCE,
        "DetailType": kind.__name__,
        "Detail": json.dumps(said),
    }
    if client.put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
        raise UnavailableError(f"{kind.__name__} could not be put on the bus")


@cache
def _written(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)

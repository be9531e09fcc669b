"""Publishes events on the EventBridge bus."""

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
    """Publish an event. Its detail type is the class name of `detail`; UnavailableError if it was not accepted."""
    detail_class: Any = type(detail)
    document = _codec(detail_class).dump_python(detail, mode="json")
    entry = {
        "EventBusName": bus,
        "Source": SOURCE,
        "DetailType": detail_class.__name__,
        "Detail": json.dumps(document),
    }
    if client.put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
        raise UnavailableError(f"EventBridge did not accept {detail_class.__name__}")


@cache
def _codec(detail_class: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(detail_class)

"""Publishes events on the EventBridge bus."""

import json
from typing import TYPE_CHECKING

from pydantic_core import to_jsonable_python

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "consentry"


def publish(client: "EventBridgeClient", bus: str, detail: object) -> None:
    """Publish an event. Its detail type is the class name of `detail`; UnavailableError if it was not accepted."""
    name = type(detail).__name__
    document = json.dumps(to_jsonable_python(detail))
    entry = {"EventBusName": bus, "Source": SOURCE, "DetailType": name, "Detail": document}
    if client.put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
        raise UnavailableError(f"EventBridge did not accept {name}")

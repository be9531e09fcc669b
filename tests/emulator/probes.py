"""Handlers that show what local mode gives a handler, and what it makes of what comes back."""

import json
import os
from typing import Any

import boto3


def echo(event: Any, context: Any) -> Any:
    """What the handler was given."""
    print(f"echo in {context.function_name}")
    return {
        "event": event,
        "environment": dict(os.environ),
        "remaining": context.get_remaining_time_in_millis(),
    }


def fails(event: Any, context: Any) -> Any:
    """Fails at every event."""
    raise ValueError("no good")


def answers_on_the_bus(event: Any, context: Any) -> Any:
    """Answers an event by another, whose detail type the event may choose."""
    detail_type = event["detail"].get("answer", "Answer")
    boto3.client("events").put_events(
        Entries=[
            {
                "EventBusName": os.environ["BUS"],
                "Source": "probe",
                "DetailType": detail_type,
                "Detail": json.dumps({"to": event["id"]}),
            }
        ]
    )
    return "answered"


def picky(event: Any, context: Any) -> Any:
    """Reports as failed each record whose body is `bad`."""
    bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}


def calls(event: Any, context: Any) -> Any:
    """Makes the API call that the event describes."""
    client = boto3.client(event["service"])
    getattr(client, event["method"])(**event["parameters"])
    return "called"


def gate(event: Any, context: Any) -> Any:
    """Answers what the event says that a decision came to, or fails as it says."""
    if "fail" in event:
        raise RuntimeError(event["fail"])
    return event["answer"]

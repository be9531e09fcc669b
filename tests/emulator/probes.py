"""Handlers that show what the emulator passes to a handler, and what it does with the result."""

import json
import os
from typing import Any

import boto3

from consentry.kernel.errors import RevokedPermitError


def echo(event: Any, context: Any) -> Any:
    """Returns its event, environment and remaining time."""
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
    """Publishes another event; the event can set its detail type."""
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
    return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}


def calls(event: Any, context: Any) -> Any:
    """Makes the API call that the event describes."""
    client = boto3.client(event["service"])
    getattr(client, event["method"])(**event["parameters"])
    return "called"


def gate(event: Any, context: Any) -> Any:
    """Returns the answer in the execution's input, or fails with its message."""
    execution_input = event["input"]
    if "fail" in execution_input:
        raise RuntimeError(execution_input["fail"])
    if "denied" in execution_input:
        raise RevokedPermitError
    return execution_input["answer"]

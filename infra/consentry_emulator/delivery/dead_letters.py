"""Dead letters: sent by Lambda and EventBridge, and read without removing them."""

import json
from collections.abc import Mapping
from typing import Any

from consentry_emulator.event_log import DeadLetter
from consentry_emulator.resources import client
from consentry_emulator.stack_wiring import Wiring


def send_dead_letter(
    wiring: Wiring, queue_arn: str, event: Any, attributes: Mapping[str, str | int]
) -> str:
    """Send an event with the reasons as attributes to a dead-letter queue; returns its name."""
    client("sqs").send_message(
        QueueUrl=wiring.queues[queue_arn],
        MessageBody=json.dumps(event),
        MessageAttributes={
            name: {
                "DataType": "Number" if isinstance(value, int) else "String",
                "StringValue": str(value),
            }
            for name, value in attributes.items()
        },
    )
    return queue_arn.rpartition(":")[2]


def peek(wiring: Wiring) -> list[DeadLetter]:
    """Every message in a queue that another resource uses as its dead-letter queue."""
    return [
        DeadLetter(queue.rpartition(":")[2], message["Body"], _attributes(message))
        for queue in sorted(wiring.dead_letter_queues)
        for message in _receive_all(wiring.queues[queue])
    ]


def _receive_all(url: str) -> list[dict[str, Any]]:
    sqs = client("sqs")
    messages: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60, MessageAttributeNames=["All"]
    ).get("Messages", []):
        messages += batch
    for message in messages:
        handle = message["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    return messages


def _attributes(message: dict[str, Any]) -> dict[str, str]:
    return {
        name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
    }

"""Dead letters: sent by Lambda and EventBridge, and read without removing them."""

import json
from collections.abc import Mapping
from typing import Any

from consentry_emulator.delivery.queues import receive
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
    letters = []
    for queue in sorted(wiring.dead_letter_queues):
        url = wiring.queues[queue]
        for message in receive(url, VisibilityTimeout=60):
            given = message.get("MessageAttributes", {})
            attributes = {name: value["StringValue"] for name, value in given.items()}
            letters.append(DeadLetter(queue.rpartition(":")[2], message["Body"], attributes))
            handle = message["ReceiptHandle"]
            client("sqs").change_message_visibility(
                QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0
            )
    return letters

"""Dead letters, read without removing them."""

from typing import Any

from consentry_emulator.event_log import DeadLetter
from consentry_emulator.resources import EmulatedAccount


def peek(account: EmulatedAccount) -> list[DeadLetter]:
    """Every message in a queue that another resource uses as its dead-letter queue."""
    return [
        DeadLetter(queue.rpartition(":")[2], message["Body"], _attributes(message))
        for queue in sorted(account.wiring.dead_letter_queues)
        for message in _all(account, account.wiring.queues[queue])
    ]


def _all(account: EmulatedAccount, url: str) -> list[dict[str, Any]]:
    sqs = account.client("sqs")
    messages: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60, MessageAttributeNames=["All"]
    ).get("Messages", []):
        messages += batch
    for message in messages:
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    return messages


def _attributes(message: dict[str, Any]) -> dict[str, str]:
    return {
        name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
    }

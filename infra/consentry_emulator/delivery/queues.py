"""SQS: polls batches for functions, with partial batch failures, redelivery and dead-letter queues."""

from dataclasses import dataclass
from math import inf
from typing import Any

from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import client
from consentry_emulator.runtime import InvocationResult, Invoke
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import QueueMapping, Wiring

_MAX_RECEIVES = 20
"""A message that was received more often than this has no dead-letter queue."""


def receive(url: str, limit: float = inf, **options: Any) -> list[dict[str, Any]]:
    """Messages of a queue with all their attributes, all that are visible or up to a limit."""
    messages: list[dict[str, Any]] = []
    while room := min(10, limit - len(messages)):
        batch = client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=room,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            **options,
        )
        if not batch.get("Messages"):
            break
        messages += batch["Messages"]
    return messages


@dataclass(slots=True)
class QueuePoller:
    """Polls the mapped queues as Lambda does."""

    wiring: Wiring
    invoke: Invoke
    deliveries: list[Delivery]

    def deliver(self) -> bool:
        """Receive and deliver one batch of each mapped queue; False if there was none."""
        delivered = False
        for mapping in self.wiring.queue_mappings:
            # A receive can move messages to the dead-letter queue and return nothing.
            url = self.wiring.queues[mapping.queue_arn]
            if messages := receive(url, mapping.batch_size):
                delivered = True
                self._deliver_batch(mapping, messages)
        return delivered

    def _deliver_batch(self, mapping: QueueMapping, messages: list[dict[str, Any]]) -> None:
        function = self.wiring.functions[mapping.function_arn]
        event = {"Records": [_record(message, mapping.queue_arn) for message in messages]}
        result = self.invoke(function, event)
        failed = _failed_items(mapping, result, {message["MessageId"] for message in messages})
        receives = max(int(each["Attributes"]["ApproximateReceiveCount"]) for each in messages)
        # Lost: the function reports failed items, and the mapping ignores the report.
        reported = isinstance(result.payload, dict) and any(result.payload.values())
        ended = {"attempts": receives, "lost": not failed and reported}
        self.deliveries.append(Delivery.of("queue", event, function, result, **ended))
        if failed and receives > _MAX_RECEIVES:
            raise EndlessRedeliveryError(mapping.queue_arn.rpartition(":")[2])
        sqs, url = client("sqs"), self.wiring.queues[mapping.queue_arn]
        for message in messages:
            sent = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                # Visible again at once, not after a timeout.
                sqs.change_message_visibility(**sent, VisibilityTimeout=0)
            else:
                sqs.delete_message(**sent)


def _failed_items(mapping: QueueMapping, result: InvocationResult, sent: set[str]) -> set[str]:
    """The ids of the failed messages. A report that is not valid fails the whole batch, as in Lambda."""
    if result.error is not None:
        return sent
    if not mapping.reports_item_failures or not result.payload:
        return set()
    if not isinstance(result.payload, dict):
        return sent
    failures = result.payload.get("batchItemFailures") or []
    try:
        failed = {failure["itemIdentifier"] for failure in failures}
    except (KeyError, TypeError):
        return sent
    return failed if failed <= sent else sent


def _record(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }

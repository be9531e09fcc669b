"""SQS: polls batches for functions, with partial batch failures, redelivery and dead-letter queues."""

from typing import Any

from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult, Invoke
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import QueueMapping

_MAX_RECEIVES = 20
"""A message that was received more often than this has no dead-letter queue."""


class QueuePoller:
    """Polls the mapped queues as Lambda does."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries

    def deliver(self) -> bool:
        """Receive and deliver one batch of each mapped queue; False if there was none."""
        delivered = False
        for mapping in self._account.wiring.queue_mappings:
            # A receive can move messages to the dead-letter queue and return nothing.
            if messages := self._receive(mapping):
                delivered = True
                self._deliver_batch(mapping, messages)
        return delivered

    def _receive(self, mapping: QueueMapping) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while len(messages) < mapping.batch_size:
            received = self._account.client("sqs").receive_message(
                QueueUrl=self._account.wiring.queues[mapping.queue_arn],
                MaxNumberOfMessages=min(10, mapping.batch_size - len(messages)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            batch = received.get("Messages", [])
            messages += batch
            if not batch:
                break
        return messages

    def _deliver_batch(self, mapping: QueueMapping, messages: list[dict[str, Any]]) -> None:
        function = self._account.wiring.functions[mapping.function_arn]
        event = {"Records": [_record(message, mapping.queue_arn) for message in messages]}
        result = self._invoke(function, event)
        failed = failed_items(mapping, result, {message["MessageId"] for message in messages})
        receives = max(int(each["Attributes"]["ApproximateReceiveCount"]) for each in messages)
        # Lost: the function reports failed items, and the mapping ignores the report.
        reported = isinstance(result.payload, dict) and any(result.payload.values())
        self._deliveries.append(
            Delivery.of(
                "queue", event, function, result, attempts=receives, lost=not failed and reported
            )
        )
        if failed and receives > _MAX_RECEIVES:
            raise EndlessRedeliveryError(mapping.queue_arn.rpartition(":")[2])
        self._delete_processed(mapping, messages, failed)

    def _delete_processed(
        self, mapping: QueueMapping, messages: list[dict[str, Any]], failed: set[str]
    ) -> None:
        """Delete the processed messages. The failed ones are visible again at once, not after a timeout."""
        sqs, url = self._account.client("sqs"), self._account.wiring.queues[mapping.queue_arn]
        for message in messages:
            handle = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0
                )
            else:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


def failed_items(mapping: QueueMapping, result: InvocationResult, sent: set[str]) -> set[str]:
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

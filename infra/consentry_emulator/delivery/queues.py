"""SQS: batches polled for functions, partial batch failures, redelivery until the dead letters take it."""

from collections.abc import Callable
from typing import Any

from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.sam_transform import REGION
from consentry_emulator.wiring import Function, QueueMapping

Invoke = Callable[[Function, Any], InvocationResult]

_MAX_RECEIVES = 20
"""A message received more often than this has no dead-letter queue to go to."""


class QueuePoller:
    """Polls the mapped queues as Lambda does."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries

    def deliver(self) -> bool:
        """Receive and deliver one batch of each mapped queue; whether there was any."""
        found = False
        for mapping in self._account.wiring.mappings:
            # A receive may return nothing because all it found went to the dead letters.
            if messages := self._receive(mapping):
                found = True
                self._batch(mapping, messages)
        return found

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

    def _batch(self, mapping: QueueMapping, messages: list[dict[str, Any]]) -> None:
        function = self._account.wiring.functions[mapping.function_arn]
        event = {"Records": [_record(message, mapping.queue_arn) for message in messages]}
        answer = self._invoke(function, event)
        failed = failed_items(mapping, answer, {one["MessageId"] for one in messages})
        receives = [int(one["Attributes"]["ApproximateReceiveCount"]) for one in messages]
        self._deliveries.append(
            Delivery(
                "queue",
                event,
                function.logical_id,
                answer.payload,
                answer.error,
                max(receives),
                answer.log,
                answer.seconds,
                # The function names what failed, and the mapping does not listen.
                lost=not failed
                and isinstance(answer.payload, dict)
                and any(answer.payload.values()),
            )
        )
        if failed and max(receives) > _MAX_RECEIVES:
            raise EndlessRedeliveryError(mapping.queue_arn.rpartition(":")[2])
        self._settle(mapping, messages, failed)

    def _settle(
        self, mapping: QueueMapping, messages: list[dict[str, Any]], failed: set[str]
    ) -> None:
        """Delete what succeeded; show the rest again at once, instead of after the visibility timeout."""
        sqs, url = self._account.client("sqs"), self._account.wiring.queues[mapping.queue_arn]
        for message in messages:
            handle = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0
                )
            else:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


def failed_items(mapping: QueueMapping, answer: InvocationResult, sent: set[str]) -> set[str]:
    """The messages that Lambda takes as failed; an answer that it cannot read fails the whole batch."""
    if answer.error is not None:
        return sent
    if not mapping.reports_item_failures or not answer.payload:
        return set()
    if not isinstance(answer.payload, dict):
        return sent
    failures = answer.payload.get("batchItemFailures") or []
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

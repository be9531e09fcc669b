"""DynamoDB streams: batches read for functions, retried from the record that failed, halved, and left at last."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from moto.events.models import EventPattern

from infra.local.mappings import StreamMapping
from infra.local.resources import World
from infra.local.runtime import Answer
from infra.local.trace import Delivery
from infra.local.wiring import Function

Invoke = Callable[[Function, Any], Answer]
type Records = list[dict[str, Any]]


class Streams:
    """Reads the mapped streams as Lambda does, each from its beginning; nothing is waited for."""

    def __init__(self, world: World, invoke: Invoke, trace: list[Delivery]) -> None:
        self._world = world
        self._invoke = invoke
        self._trace = trace
        self._read: dict[StreamMapping, str] = {}
        self._shards: dict[StreamMapping, str] = {}

    def deliver(self) -> bool:
        """Deliver one batch of each mapped stream; whether there was any."""
        found = False
        for mapping in self._world.wiring.stream_mappings:
            if records := self._next(mapping):
                found = True
                self._read[mapping] = records[-1]["dynamodb"]["SequenceNumber"]
                if wanted := [each for each in records if _wanted(mapping, each)]:
                    self._batch(mapping, wanted, mapping.retries)
        return found

    def _next(self, mapping: StreamMapping) -> Records:
        # A new iterator each time: moto's transactions put a table back as a copy, and an old one reads the first.
        streams = self._world.client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=mapping.stream_arn)["StreamDescription"][
            "Shards"
        ]
        self._shards[mapping] = shard["ShardId"]
        place: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if mapping in self._read:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}
            place["SequenceNumber"] = self._read[mapping]
        iterator = streams.get_shard_iterator(
            StreamArn=mapping.stream_arn, ShardId=shard["ShardId"], **place
        )["ShardIterator"]
        found = streams.get_records(ShardIterator=iterator, Limit=mapping.batch_size)["Records"]
        return [_as_delivered(each, mapping) for each in found]

    def _batch(self, mapping: StreamMapping, records: Records, retries: int) -> None:
        function = self._world.wiring.functions[mapping.function_arn]
        answer = self._invoke(function, {"Records": records})
        failed = first_failed(mapping, answer, [_number(each) for each in records])
        rest = records[failed:] if failed is not None else []
        left = bool(rest) and retries == 0 and not (mapping.bisects and len(rest) > 1)
        kept = self._leave(mapping, rest, answer) if left else None
        self._told(function, records, answer, kept, lost=left and kept is None)
        if left or not rest:
            return
        if mapping.bisects and len(rest) > 1:  # which costs none of the retries
            half = len(rest) // 2
            self._batch(mapping, rest[:half], retries)
            self._batch(mapping, rest[half:], retries)
        else:
            self._batch(mapping, rest, retries - 1)

    def _told(
        self, function: Function, records: Records, answer: Answer, kept: str | None, *, lost: bool
    ) -> None:
        self._trace.append(
            Delivery(
                "stream",
                {"Records": records},
                function.logical_id,
                answer.payload,
                answer.error,
                1,
                answer.log,
                answer.seconds,
                kept,
                lost=lost,
            )
        )

    def _leave(self, mapping: StreamMapping, rest: Records, answer: Answer) -> str | None:
        """What Lambda leaves of a batch that it gives up: where the records are in the stream, not the records."""
        if mapping.on_failure_arn is None:
            return None
        message = {
            "requestContext": {
                "requestId": answer.request_id,
                "condition": "RetryAttemptsExhausted",
            },
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": self._shards[mapping],
                "startSequenceNumber": _number(rest[0]),
                "endSequenceNumber": _number(rest[-1]),
                "batchSize": len(rest),
                "streamArn": mapping.stream_arn,
            },
        }
        self._world.client("sqs").send_message(
            QueueUrl=self._world.wiring.queues[mapping.on_failure_arn],
            MessageBody=json.dumps(message),
        )
        return mapping.on_failure_arn.rpartition(":")[2]


def first_failed(mapping: StreamMapping, answer: Answer, sent: list[str]) -> int | None:
    """The place of the first record that Lambda takes as failed, from which it goes on; None if none did."""
    if answer.error is not None:
        return 0
    if not mapping.reports_item_failures or not answer.payload:
        return None
    try:
        failed = [each["itemIdentifier"] for each in answer.payload["batchItemFailures"]]
        return min((sent.index(each) for each in failed), default=None)
    except (KeyError, TypeError, ValueError):
        return 0


def _number(record: dict[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _wanted(mapping: StreamMapping, record: dict[str, Any]) -> bool:
    patterns = mapping.filters
    return not patterns or any(
        EventPattern.load(each).matches_event(cast(Any, record)) for each in patterns
    )


def _as_delivered(record: dict[str, Any], mapping: StreamMapping) -> dict[str, Any]:
    changed = dict(record["dynamodb"])
    at: datetime = changed.get("ApproximateCreationDateTime") or datetime.now(UTC)
    changed["ApproximateCreationDateTime"] = at.timestamp()
    return {**record, "dynamodb": changed, "eventSourceARN": mapping.stream_arn}

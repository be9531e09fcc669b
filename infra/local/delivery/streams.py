"""DynamoDB streams: batches read for functions, the whole batch again while it fails."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from moto.events.models import EventPattern

from infra.local.errors import EndlessRedeliveryError
from infra.local.mappings import StreamMapping
from infra.local.resources import World
from infra.local.runtime import Answer
from infra.local.trace import Delivery
from infra.local.wiring import Function

Invoke = Callable[[Function, Any], Answer]
type Records = list[dict[str, Any]]

_MOST_TRIES = 20
"""A batch that fails more often than this would be tried for a day."""


class Streams:
    """Reads the mapped streams as Lambda does, each from its beginning; nothing is waited for."""

    def __init__(self, world: World, invoke: Invoke, trace: list[Delivery]) -> None:
        self._world = world
        self._invoke = invoke
        self._trace = trace
        self._read: dict[StreamMapping, str] = {}

    def deliver(self) -> bool:
        """Deliver one batch of each mapped stream; whether there was any."""
        found = False
        for mapping in self._world.wiring.stream_mappings:
            if records := self._next(mapping):
                found = True
                self._batch(mapping, records)
                self._read[mapping] = records[-1]["dynamodb"]["SequenceNumber"]
        return found

    def accept(self, records: Records) -> None:
        """Deliver recorded records to whom a mapped stream would bring them."""
        for mapping in self._world.wiring.stream_mappings:
            self._batch(mapping, records)

    def _next(self, mapping: StreamMapping) -> Records:
        # A new iterator each time: moto's transactions put a table back as a copy, and an old one reads the first.
        streams = self._world.client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=mapping.stream_arn)["StreamDescription"][
            "Shards"
        ]
        place: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if mapping in self._read:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}
            place["SequenceNumber"] = self._read[mapping]
        iterator = streams.get_shard_iterator(
            StreamArn=mapping.stream_arn, ShardId=shard["ShardId"], **place
        )["ShardIterator"]
        found = streams.get_records(ShardIterator=iterator, Limit=mapping.batch_size)["Records"]
        return [_as_delivered(each, mapping) for each in found]

    def _batch(self, mapping: StreamMapping, records: Records) -> None:
        wanted = [each for each in records if _wanted(mapping, each)]
        if not wanted:
            return
        function = self._world.wiring.functions[mapping.function_arn]
        for attempt in range(1, _MOST_TRIES + 1):
            answer = self._invoke(function, {"Records": wanted})
            self._told(function, wanted, answer, attempt)
            if answer.error is None:
                return
        raise EndlessRedeliveryError(mapping.stream_arn)

    def _told(self, function: Function, records: Records, answer: Answer, attempt: int) -> None:
        told = (answer.payload, answer.error, attempt, answer.log, answer.seconds)
        self._trace.append(Delivery("stream", {"Records": records}, function.logical_id, *told))


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

"""DynamoDB streams: batches read for functions, the whole batch again while it fails."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from moto.events.models import EventPattern

from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.stream_mapping import StreamMapping
from consentry_emulator.wiring import Function

Invoke = Callable[[Function, Any], InvocationResult]
type Records = list[dict[str, Any]]

_MAX_ATTEMPTS = 20
"""A batch that fails more often than this would be tried for a day."""


class StreamPoller:
    """Reads the mapped streams as Lambda does, each from its beginning; nothing is waited for."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries
        self._read: dict[StreamMapping, str] = {}

    def deliver(self) -> bool:
        """Deliver one batch of each mapped stream; whether there was any."""
        found = False
        for mapping in self._account.wiring.stream_mappings:
            if records := self._next(mapping):
                found = True
                self._batch(mapping, records)
                self._read[mapping] = records[-1]["dynamodb"]["SequenceNumber"]
        return found

    def enqueue(self, records: Records) -> None:
        """Deliver recorded records to whom a mapped stream would bring them."""
        for mapping in self._account.wiring.stream_mappings:
            self._batch(mapping, records)

    def _next(self, mapping: StreamMapping) -> Records:
        # A new iterator each time: moto's transactions put a table back as a copy, and an old one reads the first.
        streams = self._account.client("dynamodbstreams")
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
        function = self._account.wiring.functions[mapping.function_arn]
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            answer = self._invoke(function, {"Records": wanted})
            self._log_delivery(function, wanted, answer, attempt)
            if answer.error is None:
                return
        raise EndlessRedeliveryError(mapping.stream_arn)

    def _log_delivery(
        self, function: Function, records: Records, answer: InvocationResult, attempt: int
    ) -> None:
        told = (answer.payload, answer.error, attempt, answer.log, answer.seconds)
        self._deliveries.append(
            Delivery("stream", {"Records": records}, function.logical_id, *told)
        )


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

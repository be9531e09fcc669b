"""DynamoDB streams: reads batches for functions, and repeats a failed batch as a whole."""

from datetime import UTC, datetime
from typing import Any, cast

from moto.events.models import EventPattern

from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import StreamMapping

type Records = list[dict[str, Any]]

_MAX_ATTEMPTS = 20
"""Lambda repeats a failed batch for a day; this is enough to see that it will never succeed."""


class StreamPoller:
    """Reads the mapped streams as Lambda does, each from its beginning, without delays."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries
        self._read: dict[StreamMapping, str] = {}

    def deliver(self) -> bool:
        """Deliver one batch of each mapped stream; False if there was none."""
        delivered = False
        for mapping in self._account.wiring.stream_mappings:
            if records := self._next_batch(mapping):
                delivered = True
                self._deliver_batch(mapping, records)
                self._read[mapping] = records[-1]["dynamodb"]["SequenceNumber"]
        return delivered

    def enqueue(self, records: Records) -> None:
        """Deliver recorded records to the function of each mapped stream."""
        for mapping in self._account.wiring.stream_mappings:
            self._deliver_batch(mapping, records)

    def _next_batch(self, mapping: StreamMapping) -> Records:
        # A new iterator each time: an old one reads the table as it was before moto replaced it in a transaction.
        streams = self._account.client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=mapping.stream_arn)["StreamDescription"][
            "Shards"
        ]
        position: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if mapping in self._read:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}
            position["SequenceNumber"] = self._read[mapping]
        iterator = streams.get_shard_iterator(
            StreamArn=mapping.stream_arn, ShardId=shard["ShardId"], **position
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator, Limit=mapping.batch_size)["Records"]
        return [_as_delivered(record, mapping) for record in records]

    def _deliver_batch(self, mapping: StreamMapping, records: Records) -> None:
        event = {"Records": [record for record in records if _matches(mapping, record)]}
        if not event["Records"]:
            return
        function = self._account.wiring.functions[mapping.function_arn]
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            result = self._invoke(function, event)
            delivery = Delivery.of("stream", event, function, result, attempts=attempt)
            self._deliveries.append(delivery)
            if result.error is None:
                return
        raise EndlessRedeliveryError(mapping.stream_arn)


def _matches(mapping: StreamMapping, record: dict[str, Any]) -> bool:
    patterns = mapping.filters
    return not patterns or any(
        EventPattern.load(each).matches_event(cast(Any, record)) for each in patterns
    )


def _as_delivered(record: dict[str, Any], mapping: StreamMapping) -> dict[str, Any]:
    changed = dict(record["dynamodb"])
    at: datetime = changed.get("ApproximateCreationDateTime") or datetime.now(UTC)
    changed["ApproximateCreationDateTime"] = at.timestamp()
    return {**record, "dynamodb": changed, "eventSourceARN": mapping.stream_arn}

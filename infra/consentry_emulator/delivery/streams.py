"""DynamoDB streams: reads batches for functions, and repeats a failed batch as a whole."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from consentry_emulator.delivery.rules import matches
from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import client
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import StreamMapping, Wiring

type Records = list[dict[str, Any]]

_MAX_ATTEMPTS = 20
"""Lambda repeats a failed batch for a day; this is enough to see that it will never succeed."""


@dataclass(slots=True)
class StreamPoller:
    """Reads the mapped streams as Lambda does, each from its beginning, without delays."""

    wiring: Wiring
    invoke: Invoke
    deliveries: list[Delivery]
    _read: dict[StreamMapping, str] = field(default_factory=dict)

    def deliver(self) -> bool:
        """Deliver one batch of each mapped stream; False if there was none."""
        delivered = False
        for mapping in self.wiring.stream_mappings:
            if records := self._next_batch(mapping):
                delivered = True
                self._deliver_batch(mapping, records)
                self._read[mapping] = records[-1]["dynamodb"]["SequenceNumber"]
        return delivered

    def enqueue(self, records: Records) -> None:
        """Deliver recorded records to the function of each mapped stream."""
        for mapping in self.wiring.stream_mappings:
            self._deliver_batch(mapping, records)

    def _next_batch(self, mapping: StreamMapping) -> Records:
        # A new iterator each time: an old one reads the table as it was before moto replaced it in a transaction.
        streams = client("dynamodbstreams")
        described = streams.describe_stream(StreamArn=mapping.stream_arn)["StreamDescription"]
        (shard,) = described["Shards"]
        position = {"StreamArn": mapping.stream_arn, "ShardId": shard["ShardId"]}
        if mapping in self._read:
            position["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER"
            position["SequenceNumber"] = self._read[mapping]
        else:
            position["ShardIteratorType"] = "TRIM_HORIZON"
        iterator = streams.get_shard_iterator(**position)["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator, Limit=mapping.batch_size)["Records"]
        return [_as_delivered(record, mapping) for record in records]

    def _deliver_batch(self, mapping: StreamMapping, records: Records) -> None:
        filters = mapping.filters
        if filters:
            records = [each for each in records if any(matches(f, each) for f in filters)]
        if not records:
            return
        event = {"Records": records}
        function = self.wiring.functions[mapping.function_arn]
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            result = self.invoke(function, event)
            self.deliveries.append(Delivery.of("stream", event, function, result, attempts=attempt))
            if result.error is None:
                return
        raise EndlessRedeliveryError(mapping.stream_arn)


def _as_delivered(record: dict[str, Any], mapping: StreamMapping) -> dict[str, Any]:
    changed = _with_text(record["dynamodb"])
    at: datetime = changed.get("ApproximateCreationDateTime") or datetime.now(UTC)
    changed["ApproximateCreationDateTime"] = at.timestamp()
    return {**record, "dynamodb": changed, "eventSourceARN": mapping.stream_arn}


def _with_text(value: Any) -> Any:
    """A copy with bytes as base64: an event of Lambda is JSON."""
    if isinstance(value, dict):
        return {name: _with_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_text(each) for each in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value

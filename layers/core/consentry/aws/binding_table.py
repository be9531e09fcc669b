"""Which books bind each customer, in the consent table; the environment's where none were ever bound."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from consentry.aws import consent_items as items
from consentry.aws.transactions import CancelledError, write
from consentry.domain.errors import ConsentMovedError
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.binding_acts import BindingRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class BindingTable:
    """The port `Bindings`; `default` binds every customer that was never bound."""

    table: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]
    default: Binding

    def of(self, customer: str) -> Binding:
        """The books that bind the customer now, strongly consistent."""
        record = self.record(customer)
        return record.binding if record else self.default

    def at(self, customer: str, moment: datetime) -> Binding:
        """The books that bound the customer at a moment; the default before it was first bound."""
        pages = (
            self.client()
            .get_paginator("query")
            .paginate(
                TableName=self.table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :binding)",
                ExpressionAttributeValues={
                    ":pk": items.binding_key(customer)["pk"],
                    ":binding": {"S": "binding#"},
                },
                ConsistentRead=True,
            )
        )
        records = [
            _codec().validate_json(item["bound"]["S"]) for page in pages for item in page["Items"]
        ]
        bound = [record.binding for record in records if record.at <= moment]
        return max(bound, key=lambda binding: binding.version, default=self.default)

    def record(self, customer: str) -> BindingRecord | None:
        """The binding now with its date, strongly consistent; None if the customer was never bound."""
        return self._read(items.binding_key(customer))

    def bind(self, customer: str, record: BindingRecord) -> None:
        """The binding, and the entry that keeps it when it is no longer the last: both or neither."""
        said = {"bound": {"S": _codec().dump_json(record).decode("utf-8")}}
        version = record.binding.version
        try:
            writes = items.put_binding(self.table, customer, version, said)
            write(self.client(), writes, pause=self.pause)
        except CancelledError as cancelled:
            # A first try whose answer was lost may have been applied: then the entry is our own.
            if self._read(items.binding_key(customer, version)) != record:
                raise ConsentMovedError from cancelled

    def _read(self, key: Mapping[str, Any]) -> BindingRecord | None:
        answer = self.client().get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item = answer.get("Item")
        return _codec().validate_json(item["bound"]["S"]) if item else None


@cache
def _codec() -> TypeAdapter[BindingRecord]:
    return TypeAdapter(BindingRecord)

"""DynamoDB in memory: the documented semantics of the calls that the adapters make.

Where moto is known to be wrong, this is right; tests/aws holds both to one contract. It is stricter in one thing:
every port promises strong reads by key, so one that could be stale is refused.
"""

from collections.abc import Mapping
from typing import Any

from tests.testkit.fakes import dynamodb_transactions
from tests.testkit.fakes.dynamodb_errors import Exceptions, condition_failed, failed
from tests.testkit.fakes.dynamodb_expressions import holds
from tests.testkit.fakes.dynamodb_queries import Paginator, query, scan
from tests.testkit.fakes.dynamodb_tables import Items, Key, Table, item_size, key_of

MOST_ITEM_BYTES = 400 * 1024
MOST_BATCHED = 100


class FakeDynamoDB:
    """A client; `page_items` is after how many items a page of a query ends, as it does after a megabyte."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.tokens: dict[str, Any] = {}
        self.page_items = 1_000

    def create_table(self, **asked: Any) -> None:
        """A table with its indexes, from the arguments of the real call."""
        self.tables[asked["TableName"]] = Table.of(asked)

    def snapshot(self) -> dict[str, Items]:
        """All items as they are now; stored items are never changed in place."""
        return {name: dict(table.items) for name, table in self.tables.items()}

    def restore(self, snapshot: Mapping[str, Items]) -> None:
        """All items as they were."""
        for name, items in snapshot.items():
            self.tables[name].items = dict(items)

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """One item by its key."""
        _require_consistent_read(asked)
        return self._got(asked["TableName"], key_of(asked["Key"]))

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """One conditional write."""
        items, key = self.tables[asked["TableName"]].items, key_of(asked["Item"])
        if item_size(asked["Item"]) > MOST_ITEM_BYTES:
            raise failed("ValidationException", "PutItem")
        condition = asked.get("ConditionExpression")
        if condition and not holds(condition, items.get(key), asked):
            raise condition_failed("PutItem")
        items[key] = asked["Item"]
        return {}

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        """One item is there no more, whether it was or not."""
        self.tables[asked["TableName"]].items.pop(key_of(asked["Key"]), None)
        return {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Up to 100 items by key, each named once."""
        ((table, request),) = RequestItems.items()
        _require_consistent_read(request)
        keys = [key_of(key) for key in request["Keys"]]
        if not 0 < len(set(keys)) == len(keys) <= MOST_BATCHED:
            raise failed("ValidationException", "BatchGetItem")
        found = [self._got(table, key) for key in keys]
        items = [each["Item"] for each in found if each]
        return {"Responses": {table: items}, "UnprocessedKeys": {}}

    def query(self, **asked: Any) -> dict[str, Any]:
        """A page of the items under one partition key."""
        return query(self.tables[asked["TableName"]], asked, self.page_items)

    def scan(self, **asked: Any) -> dict[str, Any]:
        """A page of all items."""
        return scan(self.tables[asked["TableName"]], asked, self.page_items)

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        """All writes or none; the same token with the same writes again is done already."""
        token, writes = asked.get("ClientRequestToken"), asked["TransactItems"]
        if token in self.tokens:
            if self.tokens[token] != writes:
                raise failed("IdempotentParameterMismatchException", "TransactWriteItems")
            return {}
        dynamodb_transactions.write(self.tables, writes)
        if token:
            self.tokens[token] = writes
        return {}

    def get_paginator(self, operation: str) -> Paginator:
        """The pages of a query or scan."""
        return {"query": Paginator(self.query), "scan": Paginator(self.scan)}[operation]

    def _got(self, table: str, key: Key) -> dict[str, Any]:
        item = self.tables[table].items.get(key)
        return {"Item": dict(item)} if item else {}


def _require_consistent_read(asked: Mapping[str, Any]) -> None:
    assert asked.get("ConsistentRead"), "a read by key that may be stale"

"""DynamoDB in memory, with the documented semantics of the calls that the repositories make.

It is right where moto is known to be wrong; tests/contract runs the same tests on both. It is stricter
in one thing: repositories promise strongly consistent reads by key, so it rejects other reads.
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
    """A client. A page of a query ends after `page_items` items, as it does after a megabyte."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.tokens: dict[str, Any] = {}
        self.page_items = 1_000

    def create_table(self, **use_request: Any) -> None:
        """Create a table with its indexes."""
        self.tables[use_request["TableName"]] = Table.of(use_request)

    def snapshot(self) -> dict[str, Items]:
        """Copy all items. Stored items are never changed in place."""
        return {name: dict(table.items) for name, table in self.tables.items()}

    def restore(self, snapshot: Mapping[str, Items]) -> None:
        """Restore copied items."""
        for name, items in snapshot.items():
            self.tables[name].items = dict(items)

    def get_item(self, **use_request: Any) -> dict[str, Any]:
        """Get an item."""
        _require_consistent_read(use_request)
        return self._got(use_request["TableName"], key_of(use_request["Key"]))

    def put_item(self, **use_request: Any) -> dict[str, Any]:
        """Put an item if the condition holds."""
        items, key = self.tables[use_request["TableName"]].items, key_of(use_request["Item"])
        if item_size(use_request["Item"]) > MOST_ITEM_BYTES:
            raise failed("ValidationException", "PutItem")
        condition = use_request.get("ConditionExpression")
        if condition and not holds(condition, items.get(key), use_request):
            raise condition_failed("PutItem")
        items[key] = use_request["Item"]
        return {}

    def delete_item(self, **use_request: Any) -> dict[str, Any]:
        """Delete an item if it exists."""
        self.tables[use_request["TableName"]].items.pop(key_of(use_request["Key"]), None)
        return {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Get up to 100 items by different keys."""
        ((table, request),) = RequestItems.items()
        _require_consistent_read(request)
        keys = [key_of(key) for key in request["Keys"]]
        if not 0 < len(set(keys)) == len(keys) <= MOST_BATCHED:
            raise failed("ValidationException", "BatchGetItem")
        found = [self._got(table, key) for key in keys]
        items = [each["Item"] for each in found if each]
        return {"Responses": {table: items}, "UnprocessedKeys": {}}

    def query(self, **use_request: Any) -> dict[str, Any]:
        """Query a page of one partition."""
        return query(self.tables[use_request["TableName"]], use_request, self.page_items)

    def scan(self, **use_request: Any) -> dict[str, Any]:
        """Scan a page of the table."""
        return scan(self.tables[use_request["TableName"]], use_request, self.page_items)

    def transact_write_items(self, **use_request: Any) -> dict[str, Any]:
        """Write all or nothing. Repeating the same writes with the same token is a no-op."""
        token, writes = use_request.get("ClientRequestToken"), use_request["TransactItems"]
        if token in self.tokens:
            if self.tokens[token] != writes:
                raise failed("IdempotentParameterMismatchException", "TransactWriteItems")
            return {}
        dynamodb_transactions.write(self.tables, writes)
        if token:
            self.tokens[token] = writes
        return {}

    def get_paginator(self, operation: str) -> Paginator:
        """A paginator of queries or scans."""
        return {"query": Paginator(self.query), "scan": Paginator(self.scan)}[operation]

    def _got(self, table: str, key: Key) -> dict[str, Any]:
        item = self.tables[table].items.get(key)
        return {"Item": dict(item)} if item else {}


def _require_consistent_read(use_request: Mapping[str, Any]) -> None:
    assert use_request.get("ConsistentRead"), "a read by key that may be stale"

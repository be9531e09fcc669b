"""DynamoDB in memory: the documented semantics of the calls that the adapters make, with faults to order.

Where moto is known to be wrong, this is right; tests/aws holds both to one contract.
"""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from tests.fakes import transactions
from tests.fakes.errors import Crash, Exceptions, condition_failed, failed
from tests.fakes.expressions import holds
from tests.fakes.queries import Paginator, query
from tests.fakes.tables import Items, Key, Table, item_size, key_of

MOST_ITEM_BYTES = 400 * 1024
MOST_BATCHED = 100


class Fault(StrEnum):
    """What can go wrong with one call."""

    NOT_APPLIED = "not applied"
    ANSWER_LOST = "applied, but the answer is lost"
    ASKED_TWICE = "applied, the answer lost, and the SDK asks again"
    CRASH = "applied, and the actor crashes"


class FakeDynamoDB:
    """A client. `faults` meet the next calls in turn (None: no fault); `withheld` is how many times a
    batch read leaves the keys under a partition unprocessed; `page_items` ends a query's page early.
    """

    exceptions = Exceptions

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.tokens: dict[str, Any] = {}
        self.faults: deque[Fault | None] = deque()
        self.withheld: dict[str, int] = {}
        self.page_items = 1_000
        self.calls: list[str] = []

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
        return self._call("GetItem", lambda: self._got(asked["TableName"], key_of(asked["Key"])))

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """One conditional write."""
        return self._call("PutItem", lambda: self._put(asked))

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:
        """Up to 100 items by key, each once; what is withheld is told as unprocessed."""
        return self._call("BatchGetItem", lambda: self._batch(asked["RequestItems"]))

    def query(self, **asked: Any) -> dict[str, Any]:
        """A page of the items under one partition key."""
        table = self.tables[asked["TableName"]]
        return self._call("Query", lambda: query(table, asked, self.page_items))

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        """All writes or none; the same token with the same writes again is done already."""
        return self._call("TransactWriteItems", lambda: self._transacted(asked))

    def get_paginator(self, operation: str) -> Paginator:
        """The pages of a query."""
        assert operation == "query"
        return Paginator(self.query)

    def _call(self, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.calls.append(name)
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.NOT_APPLIED:
            raise failed("InternalServerError", name)
        if fault in (Fault.ANSWER_LOST, Fault.CRASH):
            with suppress(ClientError):  # A refusal's answer is lost like any other.
                work()
            raise Crash if fault is Fault.CRASH else failed("RequestTimeout", name)
        if fault is Fault.ASKED_TWICE:
            work()
        return work()

    def _got(self, table: str, key: Key) -> dict[str, Any]:
        item = self.tables[table].items.get(key)
        return {"Item": dict(item)} if item else {}

    def _put(self, asked: dict[str, Any]) -> dict[str, Any]:
        items, key = self.tables[asked["TableName"]].items, key_of(asked["Item"])
        if item_size(asked["Item"]) > MOST_ITEM_BYTES:
            raise failed("ValidationException", "PutItem")
        condition = asked.get("ConditionExpression")
        if condition and not holds(condition, items.get(key), asked):
            raise condition_failed("PutItem")
        items[key] = asked["Item"]
        return {}

    def _batch(self, requests: dict[str, Any]) -> dict[str, Any]:
        ((table, request),) = requests.items()
        keys = request["Keys"]
        if len(keys) > MOST_BATCHED or len({key_of(key) for key in keys}) != len(keys):
            raise failed("ValidationException", "BatchGetItem")
        left = [key for key in keys if self._withholds(key["pk"]["S"])]
        found = [self._got(table, key_of(key)).get("Item") for key in keys if key not in left]
        unprocessed = {table: {**request, "Keys": left}} if left else {}
        return {"Responses": {table: [i for i in found if i]}, "UnprocessedKeys": unprocessed}

    def _withholds(self, pk: str) -> bool:
        left = self.withheld.get(pk, 0)
        self.withheld[pk] = max(0, left - 1)
        return left > 0

    def _transacted(self, asked: dict[str, Any]) -> dict[str, Any]:
        token, writes = asked.get("ClientRequestToken"), asked["TransactItems"]
        if token in self.tokens:
            if self.tokens[token] != writes:
                raise failed("IdempotentParameterMismatchException", "TransactWriteItems")
            return {}
        transactions.write(self.tables, writes)
        if token:
            self.tokens[token] = writes
        return {}

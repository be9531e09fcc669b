"""A fake DynamoDB for several threads, on which transactions conflict as they do on AWS.

An item belongs to one transaction at a time, also an item that is only checked. Another transaction
on it is cancelled, and a plain write to it fails (Idziorek et al., USENIX ATC 2023, section 3.3).
Reads never wait. Neither moto nor DynamoDB Local conflicts like this.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import (
    TransactionConflictException,
    cancelled,
    failed,
)
from tests.testkit.fakes.dynamodb_tables import Key, key_of

type Held = tuple[str, Key]


class ConflictingDynamoDB(FakeDynamoDB):
    """A client. A transaction holds its items for `hold` seconds, and a call takes `call` seconds.

    `conflicts` counts what failed, by operation; `transactions` counts all attempts.
    """

    def __init__(self, *, hold: float = 0.008, call: float = 0.003) -> None:
        super().__init__()
        self.hold, self.call = hold, call
        self.held: set[Held] = set()
        self.lock = RLock()
        self.conflicts: Counter[str] = Counter()
        self.transactions = 0

    def get_item(self, **use_request: Any) -> dict[str, Any]:
        """Get an item."""
        with self._called():
            return super().get_item(**use_request)

    def batch_get_item(self, **use_request: Any) -> dict[str, Any]:
        """Get items."""
        with self._called():
            return super().batch_get_item(**use_request)

    def query(self, **use_request: Any) -> dict[str, Any]:
        """Query a page."""
        with self._called():
            return super().query(**use_request)

    def put_item(self, **use_request: Any) -> dict[str, Any]:
        """Put an item that no transaction holds."""
        with self._called():
            self._require_free("PutItem", use_request["TableName"], key_of(use_request["Item"]))
            return super().put_item(**use_request)

    def delete_item(self, **use_request: Any) -> dict[str, Any]:
        """Delete an item that no transaction holds."""
        with self._called():
            self._require_free("DeleteItem", use_request["TableName"], key_of(use_request["Key"]))
            return super().delete_item(**use_request)

    def transact_write_items(self, **use_request: Any) -> dict[str, Any]:
        """Write all items or none, and hold them meanwhile."""
        items = [_item_of(each) for each in use_request["TransactItems"]]
        with self._called():
            self.transactions += 1
            taken = [item in self.held for item in items]
            if any(taken):
                self.conflicts["TransactWriteItems"] += 1
                raise cancelled(["TransactionConflict" if each else "None" for each in taken])
            self.held.update(items)
        try:
            time.sleep(self.hold)
            with self.lock:
                return super().transact_write_items(**use_request)
        finally:
            with self.lock:
                self.held.difference_update(items)

    @contextmanager
    def _called(self) -> Iterator[None]:
        time.sleep(self.call)
        with self.lock:
            yield

    def _require_free(self, operation: str, table: str, key: Key) -> None:
        if (table, key) in self.held:
            self.conflicts[operation] += 1
            raise failed("TransactionConflictException", operation, TransactionConflictException)


def _item_of(write: Mapping[str, Any]) -> Held:
    ((_, action),) = write.items()
    return action["TableName"], key_of(action["Item"] if "Item" in action else action["Key"])

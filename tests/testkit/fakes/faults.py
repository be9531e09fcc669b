"""Clients that inject faults between a repository and DynamoDB, either the fake or moto."""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from tests.testkit.fakes.dynamodb_errors import Crash, cancelled, failed

CONFLICT = cancelled(["None", "TransactionConflict"])
"""Another transaction writes one of the items at the same moment."""


class Fault(StrEnum):
    """A fault of one call."""

    NOT_APPLIED = "not applied"
    RESPONSE_LOST = "applied, but the answer is lost"
    RETRIED_BY_SDK = "applied, the answer lost, and the SDK asks again"
    CRASH = "applied, and the actor crashes"
    LATE = "not applied yet, and the answer is lost"


class FaultyClient:
    """A client that injects `faults` into its next calls, in order. None means no fault."""

    def __init__(self, client: Any, *faults: Fault | None) -> None:
        self.client = client
        self.faults = deque(faults)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if name in ("exceptions", "get_paginator"):
            return found
        return lambda **use_request: self._made(lambda: found(**use_request), name)

    def _made(self, call: Callable[[], Any], name: str) -> Any:
        fault = self.faults.popleft() if self.faults else None
        if fault in (Fault.NOT_APPLIED, Fault.LATE):
            raise failed("InternalServerError", name)
        if fault in (Fault.RESPONSE_LOST, Fault.CRASH):
            with suppress(ClientError):  # The response to a rejected write is lost too.
                call()
            raise Crash if fault is Fault.CRASH else failed("RequestTimeout", name)
        if fault is Fault.RETRIED_BY_SDK:
            call()
        return call()


class UnprocessedKeysClient:
    """A client that leaves the keys of some partitions unprocessed, the given number of times."""

    def __init__(self, client: Any, unprocessed: Mapping[str, int]) -> None:
        self.client = client
        self.unprocessed = dict(unprocessed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803
        """Answer some keys and return the rest as unprocessed."""
        ((table, request),) = RequestItems.items()
        left = [key for key in request["Keys"] if self._leaves_unprocessed(key["pk"]["S"])]
        use_request = [key for key in request["Keys"] if key not in left]
        answer: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {}}
        if use_request:
            answer = self.client.batch_get_item(
                RequestItems={table: request | {"Keys": use_request}}
            )
        if left:
            answer["UnprocessedKeys"] = {table: request | {"Keys": left}}
        return answer

    def _leaves_unprocessed(self, pk: str) -> bool:
        left = self.unprocessed.get(pk, 0)
        self.unprocessed[pk] = max(0, left - 1)
        return left > 0


class ConflictingClient:
    """A client whose first transactions raise these errors, in turn, and write nothing."""

    def __init__(self, client: Any, *errors: ClientError) -> None:
        self.client, self.errors = client, list(errors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return self.client.transact_write_items(**arguments)

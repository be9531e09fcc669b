"""Counts what AWS bills for the calls of boto3 clients, by hooks of botocore.

DynamoDB bills a read by 4 KB, half of it if it is eventually consistent, and a write by 1 KB. In a
transaction, and for a condition in it, a write counts twice. Each index of an item counts once more
by the size of what it contains. Sizes are those of the stored items.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from tests.testkit.fakes.dynamodb_tables import INDEXES, item_size

KB = 1024


@dataclass
class BilledCalls:
    """The units and calls since the last `clear`. `calls` counts them as `service.Operation`."""

    reads: float = 0
    writes: int = 0
    largest_write: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    def attach(self, *clients: Any) -> None:
        """Count the calls of these clients from now on."""
        for client in clients:
            client.meta.events.register("provide-client-params.*.*", _keep_parameters)
            client.meta.events.register("after-call.*.*", self._count)

    def clear(self) -> None:
        """Begin again."""
        self.reads, self.writes, self.largest_write = 0, 0, 0
        self.calls.clear()

    def _count(self, model: Any, parsed: Any, context: Any, **_: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        self.calls[f"{service}.{operation}"] += 1
        if service == "dynamodb":
            getattr(self, f"_{operation}", _unknown)(context["billed_parameters"], parsed)

    def _GetItem(self, arguments: Any, answer: Any) -> None:  # noqa: N802 - the name of the operation
        self._read([answer.get("Item", {})], arguments.get("ConsistentRead"))

    def _BatchGetItem(self, arguments: Any, answer: Any) -> None:  # noqa: N802
        for table, request in arguments["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            missing = len(request["Keys"]) - len(found)
            self._read([*found, *({} for _ in range(missing))], request.get("ConsistentRead"))

    def _Query(self, arguments: Any, answer: Any) -> None:  # noqa: N802
        # A query is billed by the sum of its items.
        size = sum(map(item_size, answer["Items"]))
        self._read_bytes(size, arguments.get("ConsistentRead"))

    def _PutItem(self, arguments: Any, _: Any) -> None:  # noqa: N802
        self._write(arguments["Item"], times=1)

    def _DeleteItem(self, arguments: Any, _: Any) -> None:  # noqa: N802
        self._write(arguments["Key"], times=1)

    def _TransactWriteItems(self, arguments: Any, _: Any) -> None:  # noqa: N802
        for write in arguments["TransactItems"]:
            ((_, action),) = write.items()
            self._write(action.get("Item", action.get("Key")), times=2)

    def _read(self, items: Iterable[Mapping[str, Any]], consistent: Any) -> None:
        for item in items:
            self._read_bytes(item_size(item), consistent)

    def _read_bytes(self, size: int, consistent: Any) -> None:
        self.reads += max(1, ceil(size / (4 * KB))) / (1 if consistent else 2)

    def _write(self, item: Mapping[str, Any], *, times: int) -> None:
        units = max(1, ceil(item_size(item) / KB))
        # An entry of an index has keys only, so it is smaller than 1 KB.
        keys = [keys for indexes in INDEXES.values() for keys in indexes.values()]
        indexes = sum({*each} <= item.keys() for each in keys)
        self.writes += times * units + indexes
        self.largest_write = max(self.largest_write, item_size(item))


def _keep_parameters(params: Any, context: Any, **_: Any) -> None:
    context["billed_parameters"] = params


def _unknown(arguments: Any, _: Any) -> None:
    raise NotImplementedError(f"what is billed for a call with {sorted(arguments)}")

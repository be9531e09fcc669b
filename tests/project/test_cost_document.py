"""What infra/README.md says of the cost of a decision is what the calls of the use case are billed.

DynamoDB bills a strongly consistent read of an item by 4 KB. It bills a write in a transaction, and a condition, with
two units by KB, and a write to an index with one.
"""

import re
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from consentry.aws.table import Table
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.testkit.builders.dependencies import ACME, FakeDependencies, use_request
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import KEYS, create_tables, item_size, key_of

README = Path(__file__).parents[2] / "infra" / "README.md"
KB = 1024


class BilledDynamoDB(FakeDynamoDB):
    """A client that counts the units that its calls are billed."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = self.writes = self.row = 0

    def get_item(self, **use_request: Any) -> dict[str, Any]:
        self._read(use_request["TableName"], use_request["Key"])
        return super().get_item(**use_request)

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        for table, request in RequestItems.items():
            for key in request["Keys"]:
                self._read(table, key)
        return super().batch_get_item(RequestItems=RequestItems)

    def query(self, **use_request: Any) -> dict[str, Any]:
        found = super().query(**use_request)
        self.reads += _units(sum(map(item_size, found["Items"])), 4 * KB)
        return found

    def transact_write_items(self, **use_request: Any) -> dict[str, Any]:
        for write in use_request["TransactItems"]:
            ((kind, call),) = write.items()
            table = self.tables[call["TableName"]]
            item = call["Item"] if kind == "Put" else table.items.get(key_of(call["Key"]), {})
            size = _units(item_size(item), KB)
            self.writes += 2 * size
            if kind == "Put":
                self.writes += size * len(table.indexes)
                self.row = size
        return super().transact_write_items(**use_request)

    def _read(self, table: str, key: Any) -> None:
        self.reads += _units(item_size(self.tables[table].items.get(key_of(key), {})), 4 * KB)


def _units(size: int, unit: int) -> int:
    return max(1, ceil(size / unit))


def documented() -> dict[int, tuple[int, int, int]]:
    """The KB of the row, the read units and the write units, by the number of people."""
    section = README.read_text("utf-8").partition("## Cost")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (\d+) KB \| (\d+) \| (\d+) \|$", section, re.MULTILINE)
    return {people: costs for people, *costs in (map(int, row) for row in rows)}  # type: ignore[misc]


@pytest.fixture
def client() -> Any:
    made = BilledDynamoDB()
    create_tables(made)
    return made


@pytest.mark.parametrize("people", documented())
def test_a_decision_costs_the_documented_units(people: int, client: Any) -> None:
    pseudonyms = DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))
    pseudonyms.key_of(ACME)
    deps = FakeDependencies(client, pseudonyms)
    deps.grant()
    named = [{"person": f"person-{number}", "role": "speaker"} for number in range(people)]
    deps.decide(use_request("first", people=named))
    client.reads = client.writes = 0

    deps.decide(use_request("measured", people=named))

    assert (client.row, client.reads, client.writes) == tuple(documented()[people])


@pytest.mark.parametrize("people", documented())
def test_the_documented_formula_gives_the_documented_units(people: int) -> None:
    row, reads, writes = documented()[people]
    by_version = people < 98

    assert reads == 2 * people + 3 + (0 if by_version else 16)
    assert writes == 4 * row + (2 * (people + 2) if by_version else 34)

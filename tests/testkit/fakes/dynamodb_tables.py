"""The tables of infra/stacks/storage.yaml, for the fake and for moto."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

type Key = tuple[str, str]
type Items = dict[Key, Mapping[str, Any]]

CONSENTS, DECISIONS, KEYS = "consents", "decisions", "keys"
PERMITS, DATA_SETS = "permits", "datasets"
INDEXES = {
    DECISIONS: {
        "by_time": ("customer_partition", "at_id"),
        "by_outcome": ("outcome_partition", "at_id"),
    },
    KEYS: {"by_similar_id": ("similar_id", "pk")},
}
"""The key attributes of each index, by table and name."""


@dataclass
class Table:
    """The items of a table by key, and the key attributes of its indexes by name."""

    indexes: Mapping[str, tuple[str, str]]
    items: Items = field(default_factory=dict)

    @classmethod
    def of(cls, use_request: Mapping[str, Any]) -> Self:
        """The table of a create_table call."""
        return cls(
            {
                index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
                for index in use_request.get("GlobalSecondaryIndexes", [])
            }
        )


def key_of(item: Mapping[str, Any]) -> Key:
    """The primary key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


def item_size(item: Mapping[str, Any]) -> int:
    """The size of an item in bytes as DynamoDB counts it: names and values."""
    return sum(
        len(name.encode()) + _size(held) for name, value in item.items() for held in value.values()
    )


def _size(held: Any) -> int:
    if isinstance(held, bool):
        return 1
    if isinstance(held, list):
        return sum(map(_size, held))
    return len(held if isinstance(held, bytes) else held.encode())


def create_tables(client: Any) -> None:
    """Create the empty consent, decision, key, permit and data set tables."""
    for name in (CONSENTS, DECISIONS, KEYS, PERMITS, DATA_SETS):
        client.create_table(**_use_request(name, INDEXES.get(name, {})))


def _use_request(name: str, indexes: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    attributes = {"pk", "sk"} | {each for pair in indexes.values() for each in pair}
    use_request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema("pk", "sk"),
        "AttributeDefinitions": [
            {"AttributeName": each, "AttributeType": "S"} for each in sorted(attributes)
        ],
    }
    if indexes:
        use_request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": _schema(*pair),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, pair in indexes.items()
        ]
    return use_request


def _schema(*names: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=True)
    ]

"""Makes the cost of moto's DynamoDB transactions depend on what they write, not on the size of the tables.

moto 5.2 copies each table of a transaction with all its items, to be able to roll back. With a
thousand items that takes most of the time of a write. Here a snapshot shares the items with the
table, and an update replaces an item by a copy before it changes it. What a caller sees is the
same; `tests/emulator/test_table_snapshots.py` compares both on random transactions.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


@contextmanager
def shared_item_snapshots() -> Iterator[None]:
    """Use shared snapshots until the block ends. Blocks may be nested."""
    update_item: Any = DynamoDBBackend.update_item

    def update_copy(backend: Any, table_name: str, key: dict[str, Any], **kwargs: Any) -> Any:
        table = backend.get_table(table_name)
        if key.keys() == set(table.table_key_attrs):  # otherwise moto reports an invalid key
            _replace_item_by_copy(table, key)
        return update_item(backend, table_name, key, **kwargs)

    with (
        patch.object(Table, "__deepcopy__", _snapshot, create=True),
        patch.object(DynamoDBBackend, "update_item", update_copy),
    ):
        yield


def _snapshot(table: Any, _: object) -> Any:
    """Copy a table but share its items. `Table.__new__` would keep a reference to every copy."""
    snapshot: Any = object.__new__(type(table))
    snapshot.__dict__.update(table.__dict__)
    snapshot.items = defaultdict(dict)
    for partition, items in table.items.items():
        snapshot.items[partition] = dict(items) if table.has_range_key else items
    if table.stream_shard is not None:
        shard = object.__new__(type(table.stream_shard))
        shard.__dict__.update(table.stream_shard.__dict__)
        shard.items, shard.table = list(table.stream_shard.items), snapshot
        snapshot.stream_shard = shard
    return snapshot


def _replace_item_by_copy(table: Any, key: dict[str, Any]) -> None:
    """Replace the item that an update is about to change in place."""
    partition = DynamoType(key[table.hash_key_attr])
    if table.has_range_key:
        items, sort_key = table.items.get(partition), DynamoType(key[table.range_key_attr])
        if items and sort_key in items:
            items[sort_key] = copy.deepcopy(items[sort_key])
    elif partition in table.items:
        table.items[partition] = copy.deepcopy(table.items[partition])

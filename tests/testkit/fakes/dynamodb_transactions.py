"""Transactions: check every condition, then write all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.testkit.fakes.dynamodb_errors import cancelled, failed
from tests.testkit.fakes.dynamodb_expressions import added, holds
from tests.testkit.fakes.dynamodb_tables import Key, Table, item_size, key_of

MOST_ITEMS = 100
MOST_ITEM_BYTES = 400 * 1024
MOST_BYTES = 4 * 1024 * 1024

type Tables = Mapping[str, Table]


def write(tables: Tables, writes: Sequence[Mapping[str, Any]]) -> None:
    """Write all or raise TransactionCanceledException with a reason for each item."""
    actions = [next(iter(each.items())) for each in writes]
    _require_valid(actions)
    codes = [_reason(tables, action) for _, action in actions]
    if any(code != "None" for code in codes):
        raise cancelled(codes)
    for kind, action in actions:
        _APPLIED[kind](tables, action)


def _require_valid(actions: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    keys = {(action["TableName"], _key(action)) for _, action in actions}
    sizes = [item_size(action["Item"]) for kind, action in actions if kind == "Put"]
    within = len(keys) == len(actions) <= MOST_ITEMS and sum(sizes) <= MOST_BYTES
    if not within or max(sizes, default=0) > MOST_ITEM_BYTES:
        raise failed("ValidationException", "TransactWriteItems")


def _reason(tables: Tables, action: Mapping[str, Any]) -> str:
    condition = action.get("ConditionExpression")
    stored = tables[action["TableName"]].items.get(_key(action))
    held = condition is None or holds(condition, stored, action)
    return "None" if held else "ConditionalCheckFailed"


def _key(action: Mapping[str, Any]) -> Key:
    return key_of(action["Item"] if "Item" in action else action["Key"])


def _put(tables: Tables, action: Mapping[str, Any]) -> None:
    tables[action["TableName"]].items[_key(action)] = action["Item"]


def _update(tables: Tables, action: Mapping[str, Any]) -> None:
    items, key = tables[action["TableName"]].items, _key(action)
    items[key] = added(action["UpdateExpression"], items.get(key, action["Key"]), action)


def _nothing(tables: Tables, action: Mapping[str, Any]) -> None:
    """A ConditionCheck writes nothing."""


_APPLIED: dict[str, Callable[[Tables, Mapping[str, Any]], None]] = {
    "Put": _put,
    "Update": _update,
    "ConditionCheck": _nothing,
}

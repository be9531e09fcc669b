"""The DynamoDB expressions that the repositories use. Any other expression is an error."""

import operator
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type Item = Mapping[str, Any]
type Arguments = Mapping[str, Any]

_FUNCTION = re.compile(r"^(attribute_not_exists|attribute_exists)\((#?\w+)\)$")
_BEGINS = re.compile(r"^begins_with\((#?\w+), (:\w+)\)$")
_CONTAINS = re.compile(r"^contains\((#?\w+), (:\w+)\)$")
_COMPARED = re.compile(r"^(#?\w+) (=|>=|>) (:\w+)$")
_SIGNS = {"=": operator.eq, ">=": operator.ge, ">": operator.gt}
_ADD = re.compile(r"^ADD (#?\w+) (:\w+)(?: SET (#?\w+) = (:\w+))?$")


def holds(expression: str, item: Item | None, arguments: Arguments) -> bool:
    """Whether a condition or key condition holds for an item; None if there is no item."""
    terms = expression.split(" AND ")
    return all(_term(term, item or {}, arguments) for term in terms)


def added(expression: str, item: Item, arguments: Arguments) -> dict[str, Any]:
    """Apply `ADD name :number`. An absent number counts as 0."""
    match = _ADD.match(expression)
    if match is None:
        raise NotImplementedError(f"the fake does not know the update {expression!r}")
    name, by = _named(match[1], arguments), _value(match[2], arguments)
    before = item.get(name, {"N": "0"})
    after = {**item, name: {"N": str(Decimal(before["N"]) + Decimal(by["N"]))}}
    if match[3]:
        after[_named(match[3], arguments)] = _value(match[4], arguments)
    return after


def _term(term: str, item: Item, arguments: Arguments) -> bool:
    if match := _FUNCTION.match(term):
        there = _named(match[2], arguments) in item
        return there is (match[1] == "attribute_exists")
    if match := _BEGINS.match(term):
        start: str = _value(match[2], arguments)["S"]
        stored = item.get(_named(match[1], arguments), {})
        return str(stored.get("S", "")).startswith(start) and "S" in stored
    if match := _CONTAINS.match(term):
        part: str = _value(match[2], arguments)["S"]
        return part in str(item.get(_named(match[1], arguments), {}).get("S", ""))
    if match := _COMPARED.match(term):
        left = item.get(_named(match[1], arguments))
        return left is not None and _compared(left, match[2], _value(match[3], arguments))
    raise NotImplementedError(f"the fake does not know the condition {term!r}")


def _compared(left: Item, sign: str, right: Item) -> bool:
    if left.keys() != right.keys():
        return False  # Values of different types are not equal.
    return bool(_SIGNS[sign](sortable(left), sortable(right)))


def sortable(value: Item) -> Any:
    """The sort order of DynamoDB: numbers by value, text by its UTF-8 bytes."""
    ((kind, held),) = value.items()
    if kind == "N":
        return Decimal(held)
    return held.encode() if kind == "S" else held


def _named(name: str, arguments: Arguments) -> str:
    return arguments["ExpressionAttributeNames"][name] if name.startswith("#") else name


def _value(name: str, arguments: Arguments) -> Item:
    value: Item = arguments["ExpressionAttributeValues"][name]
    return value

"""Reads a row as JSON, strict only about the mapped fields."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import constant, decode_with, integer, number, require_object


class _Unclear:
    """Replaces a value that is not clear; no field has this value."""


UNCLEAR = _Unclear()
"""The value of a name that an object gives twice, and of a number beyond our limits."""


def load_row(line: bytes) -> dict[str, Any]:
    """A row's object. An UNCLEAR value is an error only for a mapped field.

    Fields that are not mapped are passed on and not evaluated.
    """
    return require_object(decode_with(line, _ROW_DECODER))


def _object_of_row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        value |= {
            name: UNCLEAR for name, times in Counter(n for n, _ in pairs).items() if times > 1
        }
    return value


def _or_unclear(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def read_or_unclear(digits: str) -> Any:
        try:
            return read(digits)
        except InvalidRequestError:
            return UNCLEAR

    return read_or_unclear


_ROW_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of_row,
    parse_int=_or_unclear(integer),
    parse_float=_or_unclear(number),
    parse_constant=constant,
)

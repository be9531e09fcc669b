"""The links of a row: its recording and time, its own id, and the ids it is derived from."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import WrittenFloat
from consentry.manifests.field_mapping import FieldMapping, MappedField
from consentry.manifests.formats.jsonl import read_row, value_at
from consentry.manifests.model import ManifestRow
from consentry.manifests.timeline import Span, parse_seconds, span_of

_WITH_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


class LinkedRow(NamedTuple):
    """A row, and what ties it to others."""

    row: ManifestRow
    recording: bytes | None
    during: Span | None
    item: str | None
    sources: tuple[str, ...]


def read_linked_row(fields: FieldMapping, document: Mapping[str, Any]) -> LinkedRow:
    """The row and its links by a mapping; InvalidRequestError names the invalid field."""
    return LinkedRow(
        read_row(fields, document),
        read_recording(fields, document),
        _span(fields, document),
        read_item(fields, document),
        _sources(fields, document),
    )


def read_recording(fields: FieldMapping, document: Mapping[str, Any]) -> bytes | None:
    """The name of a row's recording; None if it is not mapped."""
    name = _text(fields.recording, document, "recording")
    return None if name is None else name.encode()


def read_item(fields: FieldMapping, document: Mapping[str, Any]) -> str | None:
    """A row's own id; None if it is not mapped."""
    return _text(fields.item, document, "item")


def _text(mapped: MappedField | None, document: Mapping[str, Any], field_name: str) -> str | None:
    return (
        None
        if mapped is None
        else _no_blank(value_at(mapped.field, document, field_name), field_name)
    )


def _no_blank(value: Any, field_name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidRequestError(field_name, "is no text, or blank")
    return value


def _sources(fields: FieldMapping, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of what a row is derived from, each once."""
    if fields.derived_from is None:
        return ()
    named: Any = document
    for step in fields.derived_from.field.split("."):
        # Only a missing or null field means that a row is not derived.
        if not isinstance(named, dict):
            raise InvalidRequestError("derived_from", "is malformed")
        named = named.get(step)
        if named is None:
            return ()
    each = named if isinstance(named, list) else [named]
    return tuple(dict.fromkeys(_no_blank(one, "derived_from") for one in each))


def _span(fields: FieldMapping, document: Mapping[str, Any]) -> Span | None:
    """When in its recording a row is; None where the mapping does not say."""
    onset = read_seconds(fields.onset, document, "onset")
    duration = read_seconds(fields.duration, document, "duration")
    return None if onset is None or duration is None else span_of(onset, duration)


def read_seconds(
    mapped: MappedField | None, document: Mapping[str, Any], field_name: str
) -> int | None:
    """Seconds in the units of `parse_seconds`, from a number's digits or from text; None if not mapped."""
    if mapped is None:
        return None
    try:
        return parse_seconds(_written(value_at(mapped.field, document, field_name)))
    except ValueError:
        raise InvalidRequestError(field_name, "is not seconds") from None


def _written(value: Any) -> str:
    text = value.digits if isinstance(value, WrittenFloat) else value
    if type(text) is int:
        return str(text)
    if not isinstance(text, str):
        raise ValueError("neither a number nor a text")
    # JSON and what writes it have tiny numbers with an exponent, and Decimal holds every digit.
    return format(Decimal(text), "f") if _WITH_EXPONENT.fullmatch(text) else text

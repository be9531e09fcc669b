"""What a row says of others: its recording, when in it, its own id, and the ids of what it is derived from."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from consentry.domain.errors import MalformedError
from consentry.domain.manifests.fields import FieldOfRow, Fields
from consentry.domain.manifests.jsonl import row_of, value_at
from consentry.domain.manifests.manifest import Row
from consentry.domain.manifests.timeline import Span, exactly, span_of
from consentry.domain.strict_json import WrittenFloat

_WITH_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


class Linked(NamedTuple):
    """A row, and what ties it to others."""

    row: Row
    recording: bytes | None
    during: Span | None
    item: str | None
    sources: tuple[str, ...]


def linked_in(fields: Fields, document: Mapping[str, Any]) -> Linked:
    """All that a row says through a mapping; MalformedError names our field that is wrong."""
    return Linked(
        row_of(fields, document),
        recording_in(fields, document),
        _span(fields, document),
        item_in(fields, document),
        _sources(fields, document),
    )


def recording_in(fields: Fields, document: Mapping[str, Any]) -> bytes | None:
    """The name of a row's recording; None if it is not mapped."""
    name = _text(fields.recording, document, "recording")
    return None if name is None else name.encode()


def item_in(fields: Fields, document: Mapping[str, Any]) -> str | None:
    """A row's own id; None if it is not mapped."""
    return _text(fields.item, document, "item")


def _text(mapped: FieldOfRow | None, document: Mapping[str, Any], ours: str) -> str | None:
    return None if mapped is None else _no_blank(value_at(mapped.field, document, ours), ours)


def _no_blank(value: Any, ours: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MalformedError(ours, "is no text, or blank")
    return value


def _sources(fields: Fields, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of what a row is derived from, each once."""
    if fields.derived_from is None:
        return ()
    named: Any = document
    for step in fields.derived_from.field.split("."):
        # Only what is not there at all, or null, says that a row is not derived.
        if not isinstance(named, dict):
            raise MalformedError("derived_from", "is malformed")
        named = named.get(step)
        if named is None:
            return ()
    each = named if isinstance(named, list) else [named]
    return tuple(dict.fromkeys(_no_blank(one, "derived_from") for one in each))


def _span(fields: Fields, document: Mapping[str, Any]) -> Span | None:
    """When in its recording a row is; None where the mapping does not say."""
    onset = seconds_in(fields.onset, document, "onset")
    duration = seconds_in(fields.duration, document, "duration")
    return None if onset is None or duration is None else span_of(onset, duration)


def seconds_in(mapped: FieldOfRow | None, document: Mapping[str, Any], ours: str) -> int | None:
    """Seconds as `exactly` tells them, from a number's written digits or from text; None if they are not mapped."""
    if mapped is None:
        return None
    try:
        return exactly(_written(value_at(mapped.field, document, ours)))
    except ValueError:
        raise MalformedError(ours, "is not seconds") from None


def _written(value: Any) -> str:
    text = value.digits if isinstance(value, WrittenFloat) else value
    if type(text) is int:
        return str(text)
    if not isinstance(text, str):
        raise ValueError("neither a number nor a text")
    # JSON and what writes it have tiny numbers with an exponent, and Decimal holds every digit.
    return format(Decimal(text), "f") if _WITH_EXPONENT.fullmatch(text) else text

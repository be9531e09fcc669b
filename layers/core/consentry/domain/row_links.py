"""What a row says of its recording: which, and when in it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from consentry.domain.errors import MalformedError
from consentry.domain.jsonl import value_at
from consentry.domain.screening_request import FieldOfRow, Fields
from consentry.domain.strict_json import WrittenFloat
from consentry.domain.timeline import Span, exactly, span_of

_WITH_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


def recording_in(fields: Fields, document: Mapping[str, Any]) -> bytes:
    """The name of a row's recording; MalformedError where none is read."""
    if fields.recording is None:
        raise MalformedError("recording", "is not mapped")
    name = value_at(fields.recording.field, document, "recording")
    if not isinstance(name, str) or not name.strip():
        raise MalformedError("recording", "is no text, or blank")
    return name.encode()


def span_in(fields: Fields, document: Mapping[str, Any]) -> Span | None:
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

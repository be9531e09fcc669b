"""Times without an offset, and dates, in the time zone that a request declares."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

_LOCAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
)
_DATE_LENGTH = len("2026-02-01")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError("is not a time zone such as UTC or Europe/Berlin") from None
    return name


TimeZone = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64), AfterValidator(_known_zone)
]
"""The name of a time zone of the IANA database."""


def has_no_offset(value: Any) -> bool:
    """Whether a value is a date, or a time without an offset."""
    if isinstance(value, datetime):
        return value.tzinfo is None
    return isinstance(value, date) or (isinstance(value, str) and bool(_LOCAL.fullmatch(value)))


def local_moment(value: Any, zone: str) -> datetime:
    """The moment of a date or time that has no offset; ValueError if it is not exactly one.

    A date is its first moment: a consent that is given on the same day does not cover it.
    """
    if isinstance(value, str):
        is_date = len(value) == _DATE_LENGTH
        value = date.fromisoformat(value) if is_date else datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return _in_utc(datetime.combine(value, time(), ZoneInfo(zone)))
    first = value.replace(tzinfo=ZoneInfo(zone), fold=0)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValueError("the clocks of the zone skip or repeat this time")
    return _in_utc(first)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not in the years 1 to 9999") from None

"""Who is heard when, in one recording."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_FINEST = 30
"""Digits after the point that seconds may have; sums of them are taken exactly."""

SECOND = 10**_FINEST
"""A second in units of the last of them."""

_NANOSECOND = SECOND // 10**9
_SECONDS = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,30}))?")


class Span(NamedTuple):
    """Half-open time in nanoseconds, rounded outwards: rounding never hides an overlap."""

    start: int
    end: int


def parse_seconds(seconds: str) -> int:
    """Seconds in units of which SECOND are one; ValueError unless of nine digits at most, thirty after a point."""
    written = _SECONDS.fullmatch(seconds)
    if written is None:
        raise ValueError("no seconds")
    whole, parts = written.groups("")
    return int(whole + parts.ljust(_FINEST, "0"))


def span_of(onset: int, duration: int) -> Span:
    """The time from an onset on, both as `exactly` tells them; of no duration, the moment of the onset."""
    first = onset // _NANOSECOND
    last = -(-(onset + duration) // _NANOSECOND)
    return Span(first, max(last, first + 1))


class _Times:
    """One person's times, in any order until they are asked for; then apart from each other, and in order."""

    def __init__(self) -> None:
        # Arrays, since a manifest may hold millions of segments: 16 bytes each.
        self._starts, self._ends = array("q"), array("q")
        self._in_order = True

    def add(self, start: int, end: int) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._in_order = False

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of the times overlaps [start, end)."""
        if not self._in_order:
            self._order()
        first = bisect_right(self._ends, start)
        return first < len(self._starts) and self._starts[first] < end

    def _order(self) -> None:
        times = sorted(zip(self._starts, self._ends, strict=True))
        self._starts, self._ends = array("q"), array("q")
        for start, end in times:
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        self._in_order = True


@dataclass
class Timeline[Person: Hashable]:
    """The times of everybody who is heard; all half-open."""

    _people: dict[Person, _Times] = field(default_factory=dict)

    def add(self, person: Person, span: Span) -> None:
        """The person is heard during a span."""
        self._people.setdefault(person, _Times()).add(*span)

    def speakers_during(self, span: Span) -> Iterator[Person]:
        """Everybody who is heard at any moment of a span."""
        return (person for person, times in self._people.items() if times.overlaps(*span))

"""Who speaks when in one recording."""

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
    """Seconds as an integer number of 1/SECOND; ValueError for more than 9 digits, or more than 30 decimals."""
    written = _SECONDS.fullmatch(seconds)
    if written is None:
        raise ValueError("no seconds")
    whole, parts = written.groups("")
    return int(whole + parts.ljust(_FINEST, "0"))


def span_of(onset: int, duration: int) -> Span:
    """The time from an onset, both in the units of `parse_seconds`; without duration, the moment of the onset."""
    first = onset // _NANOSECOND
    last = -(-(onset + duration) // _NANOSECOND)
    return Span(first, max(last, first + 1))


class _Times:
    """One person's times: added in any order, then merged and sorted."""

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
    """The half-open times of all speakers."""

    _people: dict[Person, _Times] = field(default_factory=dict)

    def add(self, person: Person, span: Span) -> None:
        """Add a time at which the person speaks."""
        self._people.setdefault(person, _Times()).add(*span)

    def speakers_during(self, span: Span) -> Iterator[Person]:
        """All people who speak at any moment of a span."""
        return (person for person, times in self._people.items() if times.overlaps(*span))

"""The recordings of a manifest: the people in each, and the people that a part is evaluated with.

Combined by recording, a part is evaluated with all people of its recording. Combined by segments,
with all people who speak during the part:

- A segment is the half-open time [onset, onset + duration) of a part that names a person. Segments
  that only touch do not overlap. A segment without duration is one moment. Channels are not
  distinguished, since one microphone also records the other speakers.
- A part without a time gets the outcome of the person that it names.
- A part that names no person belongs to the whole recording, and is admitted only with all its
  people.
"""

import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import Role
from consentry.manifests.limits import DEFAULT_LIMITS
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import People

_DECIMALS = 30
"""Decimals that seconds may have; sums are exact."""

SECOND = 10**_DECIMALS
"""A second, in units of the last decimal."""

_NANOSECOND = SECOND // 10**9
_SECONDS = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,30}))?")
_WITH_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


# The memory of what is stored for each, estimated from above. A recording is also counted in the
# outputs. A test compares the sum with the memory of a process.
RECORDING_BYTES = 500
PERSON_BYTES = 150
TIMES_BYTES = 500
SEGMENT_BYTES = 64


class Span(NamedTuple):
    """A half-open time in nanoseconds, rounded outwards: rounding never hides an overlap."""

    start: int
    end: int


def parse_seconds(seconds: str) -> int:
    """Seconds in units of 1/SECOND; ValueError for over 9 digits, or over 30 decimals."""
    if _WITH_EXPONENT.fullmatch(seconds):
        # Tools write tiny numbers with an exponent. Decimal keeps every digit.
        seconds = format(Decimal(seconds), "f")
    match = _SECONDS.fullmatch(seconds)
    if match is None:
        raise ValueError("no seconds")
    whole, parts = match.groups("")
    return int(whole + parts.ljust(_DECIMALS, "0"))


def span_of(onset: int, duration: int) -> Span:
    """The time from an onset, in units of `parse_seconds`; without duration, one moment."""
    first = onset // _NANOSECOND
    last = -(-(onset + duration) // _NANOSECOND)
    return Span(first, max(last, first + 1))


class _Times:
    """The times of one person: added in any order, merged and sorted for the first look-up."""

    def __init__(self) -> None:
        # Arrays: a manifest may have millions of segments, and each needs only 16 bytes.
        self._starts, self._ends = array("q"), array("q")
        self._is_sorted = True

    def add(self, start: int, end: int) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._is_sorted = False

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of the times overlaps [start, end)."""
        if not self._is_sorted:
            self._sort()
        first = bisect_right(self._ends, start)
        return first < len(self._starts) and self._starts[first] < end

    def _sort(self) -> None:
        starts, ends = self._starts, self._ends
        # In Arrow: a list of pairs would need ten times as much memory.
        buffers = [None, pa.py_buffer(starts)]
        order = pc.sort_indices(pa.Array.from_buffers(pa.int64(), len(starts), buffers))
        self._starts, self._ends = array("q"), array("q")
        for index in memoryview(order.buffers()[1]).cast("Q")[: len(starts)]:
            start, end = starts[index], ends[index]
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        self._is_sorted = True


@dataclass(slots=True)
class _Recording:
    everybody: set[tuple[str, Role]] | People = field(default_factory=set)
    times: dict[tuple[str, Role], _Times] = field(default_factory=dict)
    problem: tuple[str, str] | None = None


@dataclass
class Recordings:
    """The recordings of a manifest by name. Add all parts before you look one up."""

    by_segments: bool = False
    memory: MemoryBudget = field(default_factory=lambda: MemoryBudget(DEFAULT_LIMITS.memory))
    _known: defaultdict[bytes, _Recording] = field(default_factory=lambda: defaultdict(_Recording))

    def add(self, recording: bytes, people: People, during: Span | None) -> None:
        """Add a part, with its people and its time, to the recording with this name."""
        known = self._recording(recording)
        before, timed = len(known.everybody), len(known.times)
        known.everybody |= people
        if during and self.by_segments:
            self.memory.take(SEGMENT_BYTES * len(people))
            for person in people:
                known.times.setdefault(person, _Times()).add(*during)
        added = len(known.everybody) - before
        self.memory.take(PERSON_BYTES * added + TIMES_BYTES * (len(known.times) - timed))

    def mark_unreadable(self, recording: bytes, problem: InvalidRequestError) -> None:
        """Make all parts of the recording unreadable; the first problem is reported."""
        # INVARIANT: an unreadable part may name any person at any time, so no part of the
        # recording is admitted.
        known = self._recording(recording)
        known.problem = known.problem or (problem.field, problem.problem)

    def _recording(self, name: bytes) -> _Recording:
        if name not in self._known:
            self.memory.take(RECORDING_BYTES + len(name))
        return self._known[name]

    def require_readable(self, recording: bytes) -> None:
        """Raise InvalidRequestError if a part of the recording could not be read."""
        problem = self._known[recording].problem
        if problem:
            # A new error each time: an error that is raised again collects the frames
            # of every raise.
            raise InvalidRequestError(*problem)

    def evaluated_with(self, recording: bytes, people: People, during: Span | None) -> People:
        """All people that a part of the recording is evaluated with."""
        known = self._known[recording]
        if self.by_segments and people:
            if during is None:
                return people
            return people.union(p for p, times in known.times.items() if times.overlaps(*during))
        # Frozen once, after all parts are added: the rows of a recording share one set.
        known.everybody = everybody = frozenset(known.everybody)
        return everybody

"""RTTM judged by segments: a line passes if everybody who is heard while it lasts may be used.

- A segment is the half-open time [onset, onset + duration) of a line that names somebody. Those that only touch do
  not overlap. One of no duration stands for its moment. Channels are not told apart: microphones hear each other.
- Not only SPEAKER lines are segments: words (LEXEME) and the rest are heard too, and are judged alike.
- SPKR-INFO has no time; it follows the person that it names.
- A line that names nobody belongs to the whole recording, and passes only with everybody in it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from consentry.domain.errors import MalformedError
from consentry.domain.manifest import Row, Speech
from consentry.domain.rttm import SECONDS, RttmReader, fields_of, person_in
from consentry.domain.timeline import Timeline
from consentry.domain.vocabulary import Role

_FINEST = 30
"""Digits after the point that RTTM's seconds may have here; sums of them are taken exactly."""

_TO_NANOSECONDS = 10 ** (_FINEST - 9)


class Span(NamedTuple):
    """Half-open time in nanoseconds, rounded outwards: rounding never hides an overlap."""

    start: int
    end: int


@dataclass
class SegmentsReader:
    """The `ManifestReader` of RTTM by segments, over the reader of whole recordings."""

    whole: RttmReader
    timelines: dict[bytes, Timeline] = field(default_factory=lambda: defaultdict(Timeline))

    def note(self, line: bytes) -> Iterable[str]:
        """The person whom a line names, now known to be heard while the line lasts."""
        named = tuple(self.whole.note(line))
        for person in named:
            fields = fields_of(line)
            try:
                span = _span(fields)
            except MalformedError as problem:
                # INVARIANT: somebody heard at a time that was not read may be heard in any segment.
                self.whole.spoil(fields[1], problem)
                continue
            if span:
                self.timelines[fields[1]].hear(person, *span)
        return named

    def row(self, line: bytes) -> Row:
        """The line's segment, with everybody who is heard in it."""
        whole = self.whole.row(line)
        fields = fields_of(line)
        person = person_in(line, fields)
        if person is None:
            return whole
        span = _span(fields)
        heard = self.timelines[fields[1]].heard_in(*span) if span else ()
        return whole._replace(people=frozenset((each, Role.SPEAKER) for each in {person, *heard}))

    def speech(self, line: bytes) -> Speech | None:
        """As in whole recordings."""
        return self.whole.speech(line)


def _span(fields: list[bytes]) -> Span | None:
    """When the person in a line is heard; None where the line does not speak of a time."""
    if fields[0] == b"SPKR-INFO":
        return None
    if not all(map(SECONDS.fullmatch, fields[3:5])):
        raise MalformedError("duration", "of a recording's line is not seconds")
    start, lasts = map(_exactly, fields[3:5])
    first = start // _TO_NANOSECONDS
    last = -(-(start + lasts) // _TO_NANOSECONDS)
    return Span(first, max(last, first + 1))


def _exactly(seconds: bytes) -> int:
    """Seconds in units of the finest digit."""
    whole, _, parts = seconds.partition(b".")
    return int(whole + parts.ljust(_FINEST, b"0"))

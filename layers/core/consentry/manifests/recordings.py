"""The recordings of a manifest: who is in each, and which people a part of it is evaluated with.

Combined by recording, a part is evaluated with all people of its recording. Combined by segments, with all people who
speak during the part:

- A segment is the half-open time [onset, onset + duration) of a part that names a person. Segments that only touch do
  not overlap. A segment without duration is one moment. Channels are not distinguished: one microphone records others.
- A part without a time gets the outcome of the person that it names.
- A part that names no person belongs to the whole recording, and is admitted only with all its people.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import Role
from consentry.manifests.model import People
from consentry.manifests.timeline import Span, Timeline


class RecordingPart(NamedTuple):
    """One part of a recording: the person and the time."""

    people: People
    during: Span | None = None


@dataclass(slots=True)
class _Recording:
    everybody: set[tuple[str, Role]] | People = field(default_factory=set)
    timeline: Timeline[tuple[str, Role]] = field(default_factory=Timeline)
    problem: tuple[str, str] | None = None


@dataclass
class Recordings:
    """All parts are added first; then each can be evaluated."""

    by_segments: bool = False
    _known: defaultdict[bytes, _Recording] = field(default_factory=lambda: defaultdict(_Recording))

    def add(self, recording: bytes, part: RecordingPart) -> None:
        """A part of a recording, by the recording's name."""
        known = self._known[recording]
        known.everybody |= part.people
        if part.during and self.by_segments:
            for person in part.people:
                known.timeline.add(person, part.during)

    def mark_unreadable(self, recording: bytes, problem: InvalidRequestError) -> None:
        """From now on no part of the recording can be evaluated; the first problem is reported."""
        # INVARIANT: an unreadable part may name any person at any time, so no part of the recording is admitted.
        known = self._known[recording]
        known.problem = known.problem or (problem.field, problem.problem)

    def require_readable(self, recording: bytes) -> None:
        """Raise InvalidRequestError if a part of the recording could not be read."""
        problem = self._known[recording].problem
        if problem:
            # A new error each time: raising one again would collect the frames of every raise.
            raise InvalidRequestError(*problem)

    def evaluated_with(self, recording: bytes, part: RecordingPart) -> People:
        """All people that a part is evaluated with."""
        known = self._known[recording]
        if self.by_segments and part.people:
            heard = known.timeline.speakers_during(part.during) if part.during else ()
            return part.people.union(heard)
        # Frozen once, when all parts are added: the rows of a recording share one set.
        known.everybody = everybody = frozenset(known.everybody)
        return everybody

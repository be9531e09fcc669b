"""The recordings that a manifest's lines are parts of: who is in each, and with whom a part of it is judged.

Combined by recording, a part is judged with everybody whom any part of its recording names. By segments, with
everybody who is heard while it lasts:

- A segment is the half-open time [onset, onset + duration) of a part that names somebody. Those that only touch do
  not overlap. One of no duration stands for its moment. Channels are not told apart: microphones hear each other.
- A part that speaks of no time follows whom it names.
- A part that names nobody belongs to the whole recording, and passes only with everybody in it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import Role
from consentry.manifests.model import People
from consentry.manifests.timeline import Span, Timeline


class RecordingPart(NamedTuple):
    """What one line says of its recording: who is in it, and when."""

    people: People
    during: Span | None = None


@dataclass(slots=True)
class _Recording:
    everybody: set[tuple[str, Role]] | People = field(default_factory=set)
    timeline: Timeline[tuple[str, Role]] = field(default_factory=Timeline)
    problem: tuple[str, str] | None = None


@dataclass
class Recordings:
    """All parts are heard first; then each can be asked for."""

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
        """From now on no part of the recording can be judged; the first problem is the one that is told."""
        # INVARIANT: who was not read in one part may be anybody, heard at any time, so no part passes.
        known = self._known[recording]
        known.problem = known.problem or (problem.field, problem.problem)

    def require_readable(self, recording: bytes) -> None:
        """Raise InvalidRequestError if a part of the recording could not be read."""
        problem = self._known[recording].problem
        if problem:
            # A new one each time: one that is raised again keeps the frames of every time.
            raise InvalidRequestError(*problem)

    def evaluated_with(self, recording: bytes, part: RecordingPart) -> People:
        """Everybody with whom a part that was heard is judged."""
        known = self._known[recording]
        if self.by_segments and part.people:
            heard = known.timeline.speakers_during(part.during) if part.during else ()
            return part.people.union(heard)
        # Frozen once, when all parts are heard: the rows of a recording share one set.
        known.everybody = everybody = frozenset(known.everybody)
        return everybody

"""RTTM, NIST's format for who spoke when (RT-09 evaluation plan, appendix A), read natively.

    SPEAKER <file> <channel> <onset> <duration> <NA> <NA> <speaker> <confidence> <NA>

The item is the recording: everybody whom any of its lines names is in it, and its lines pass together.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter

from consentry.domain.contract import Id
from consentry.domain.errors import MalformedError
from consentry.domain.manifest import MAX_LINE_BYTES, Row, Speech
from consentry.domain.vocabulary import DataCategory, Role, Service

TYPES = frozenset(
    b"SEGMENT NOSCORE NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPEAKER "
    b"SPKR-INFO".split()
)
NOT_APPLICABLE = b"<NA>"
FIELDS = (9, 10)
"""Older files leave out the tenth field, the look-ahead time."""

_ENDS_ELSEWHERE = re.compile(rb"[\r\v\f]")
SECONDS = re.compile(rb"[0-9]{1,9}(\.[0-9]{1,30})?")
_ID = TypeAdapter(Id)


@dataclass
class _Recording:
    people: set[str] = field(default_factory=set)
    problem: MalformedError | None = None


@dataclass
class RttmReader:
    """The `ManifestReader` of RTTM; the request's constants hold for every recording."""

    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    recordings: dict[bytes, _Recording] = field(default_factory=dict)

    def note(self, line: bytes) -> Iterable[str]:
        """The speaker whom a line names, now known to be in the line's recording."""
        try:
            fields = fields_of(line)
        except MalformedError:
            return ()
        recording = self.recordings.setdefault(fields[1], _Recording())
        try:
            speaker = person_in(line, fields)
        except MalformedError as problem:
            # INVARIANT: who was not read in one line may be anybody, so no line of the recording passes.
            self.spoil(fields[1], problem)
            return ()
        if speaker is None:
            return ()
        recording.people.add(speaker)
        return (speaker,)

    def spoil(self, recording: bytes, problem: MalformedError) -> None:
        """From now on no line of the recording can be decided; the first problem is the one that is told."""
        known = self.recordings[recording]
        known.problem = known.problem or problem

    def row(self, line: bytes) -> Row:
        """The recording that the line belongs to. Blank lines and comments belong to none."""
        recording = self.recordings[fields_of(line)[1]]
        if recording.problem:
            raise recording.problem
        people = frozenset((person, Role.SPEAKER) for person in recording.people)
        return Row(self.data, self.collected_at, self.collected_by, people)

    def speech(self, line: bytes) -> Speech | None:
        """The line's recording, and its seconds if it is a SPEAKER line that can be read."""
        try:
            fields = fields_of(line)
        except MalformedError:
            return None
        spoken = fields[0] == b"SPEAKER" and len(fields) > 4 and SECONDS.fullmatch(fields[4])
        return Speech(fields[1], float(fields[4]) if spoken else 0.0)


def fields_of(line: bytes) -> list[bytes]:
    """The fields of a line that names a recording; bytes, since a recording's name may be in any encoding."""
    fields = line.split()
    if not fields:
        raise MalformedError("line", "is blank")
    if fields[0].startswith(b";;"):
        raise MalformedError("line", "is a comment")
    if len(fields) == 1:
        raise MalformedError("line", "names no recording")
    return fields


def person_in(line: bytes, fields: list[bytes]) -> str | None:
    """The person whom a line names, if it names one; MalformedError for a line that cannot be read."""
    if len(line) > MAX_LINE_BYTES:
        raise MalformedError("line", "of a recording is too long")
    if fields[0] not in TYPES:
        raise MalformedError("type", "is no RTTM type")
    # What another reader takes for a line's end would hide the second of two lines from this one.
    if len(fields) not in FIELDS or _ENDS_ELSEWHERE.search(line.rstrip(b"\r\n")):
        raise MalformedError("line", "of a recording has not nine or ten fields")
    speaks = fields[0] == b"SPEAKER"
    if speaks and not all(map(SECONDS.fullmatch, fields[3:5])):
        raise MalformedError("duration", "of a recording's line is not seconds")
    if fields[7] == NOT_APPLICABLE and not speaks:
        return None
    try:
        return _ID.validate_python(fields[7].decode("ascii"))
    except ValueError:
        raise MalformedError("speaker", "of a recording's line is no id") from None

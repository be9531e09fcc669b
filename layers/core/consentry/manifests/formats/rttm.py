"""Reads RTTM, NIST's format for who spoke when (RT-09 evaluation plan, appendix A).

    SPEAKER <file> <channel> <onset> <duration> <NA> <NA> <speaker> <confidence> <NA>

Each line is a part of a recording. Lines of other types (LEXEME and others) are evaluated like SPEAKER lines.
SPKR-INFO has no time; it gets the outcome of the person that it names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import Id
from consentry.kernel.vocabulary import DataCategory, Role, Service
from consentry.manifests.model import MAX_LINE_BYTES, ManifestRow, SpeechDuration
from consentry.manifests.recordings import RecordingPart, Recordings
from consentry.manifests.timeline import SECOND, parse_seconds, span_of

TYPES = frozenset(
    b"SEGMENT NOSCORE NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPEAKER "
    b"SPKR-INFO".split()
)
NOT_APPLICABLE = b"<NA>"
FIELDS = (9, 10)
"""Older files leave out the tenth field, the look-ahead time."""

_ENDS_ELSEWHERE = re.compile(rb"[\r\v\f]")
_ID = TypeAdapter(Id)


@dataclass(frozen=True)
class RttmRowReader:
    """The `RowReader` of RTTM; the request's constants hold for every recording."""

    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    recordings: Recordings
    needs_two_passes = has_recordings = has_durations = True

    def scan(self, line: bytes) -> Iterable[str]:
        """The speaker that a line names; records that the speaker is in the recording."""
        try:
            fields = split_fields(line)
        except InvalidRequestError:
            return ()
        try:
            part = self._part(line, fields)
        except InvalidRequestError as problem:
            self.recordings.mark_unreadable(fields[1], problem)
            return ()
        self.recordings.add(fields[1], part)
        return [person for person, _ in part.people]

    def row(self, line: bytes) -> ManifestRow:
        """The part of a recording that the line is. Blank lines and comments are of none."""
        fields = split_fields(line)
        self.recordings.require_readable(fields[1])
        people = self.recordings.evaluated_with(fields[1], self._part(line, fields))
        return ManifestRow(self.data, self.collected_at, self.collected_by, people)

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The line's recording, and its seconds if it is a SPEAKER line that can be read."""
        try:
            fields = split_fields(line)
        except InvalidRequestError:
            return None
        spoken = fields[0] == b"SPEAKER" and len(fields) > 4
        try:
            return SpeechDuration(fields[1], _seconds(fields[4]) / SECOND if spoken else 0.0)
        except InvalidRequestError:
            return SpeechDuration(fields[1], 0.0)

    def _part(self, line: bytes, fields: list[bytes]) -> RecordingPart:
        person = read_person(line, fields)
        if person is None:
            return RecordingPart(frozenset())
        timed = self.recordings.by_segments and fields[0] != b"SPKR-INFO"
        during = span_of(*read_times(fields)) if timed else None
        return RecordingPart(frozenset({(person, Role.SPEAKER)}), during)


def split_fields(line: bytes) -> list[bytes]:
    """The fields of a line that names a recording; bytes, since a recording's name may be in any encoding."""
    fields = line.split()
    if not fields:
        raise InvalidRequestError("line", "is blank")
    if fields[0].startswith(b";;"):
        raise InvalidRequestError("line", "is a comment")
    if len(fields) == 1:
        raise InvalidRequestError("line", "names no recording")
    return fields


def read_person(line: bytes, fields: list[bytes]) -> str | None:
    """The person that a line names, if any; InvalidRequestError for an invalid line."""
    if len(line) > MAX_LINE_BYTES:
        raise InvalidRequestError("line", "of a recording is too long")
    if fields[0] not in TYPES:
        raise InvalidRequestError("type", "is no RTTM type")
    # What another reader takes for a line's end would hide the second of two lines from this one.
    if len(fields) not in FIELDS or _ENDS_ELSEWHERE.search(line.rstrip(b"\r\n")):
        raise InvalidRequestError("line", "of a recording has not nine or ten fields")
    speaks = fields[0] == b"SPEAKER"
    if speaks:
        read_times(fields)
    if fields[7] == NOT_APPLICABLE and not speaks:
        return None
    try:
        return _ID.validate_python(fields[7].decode("ascii"))
    except ValueError:
        raise InvalidRequestError("speaker", "of a recording's line is no id") from None


def read_times(fields: list[bytes]) -> tuple[int, int]:
    """Onset and duration of a line that has them, in the units of `parse_seconds`."""
    return _seconds(fields[3]), _seconds(fields[4])


def _seconds(written: bytes) -> int:
    try:
        return parse_seconds(written.decode("ascii"))
    except ValueError:
        raise InvalidRequestError("duration", "of a recording's line is not seconds") from None

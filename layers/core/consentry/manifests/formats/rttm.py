"""Reads RTTM, NIST's format for who spoke when (RT-09 evaluation plan, appendix A).

    SPEAKER <file> <channel> <onset> <duration> <NA> <NA> <speaker> <confidence> <NA>

Each line is a part of a recording. Lines of other types (LEXEME and others) are evaluated like
SPEAKER lines. SPKR-INFO has no time; it gets the outcome of the person that it names.
"""

import re
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import Id
from consentry.kernel.vocabulary import Role
from consentry.manifests.model import (
    MAX_LINE_BYTES,
    ManifestRow,
    People,
    SpeechDuration,
)
from consentry.manifests.recordings import SECOND, Recordings, Span, parse_seconds, span_of

TYPES = frozenset(
    b"SEGMENT NOSCORE NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPEAKER "
    b"SPKR-INFO".split()
)
NOT_APPLICABLE = b"<NA>"
FIELDS = (9, 10)
"""Older files leave out the tenth field, the look-ahead time."""

_OTHER_LINE_ENDS = re.compile(rb"[\r\v\f]")
_ID = TypeAdapter(Id)


@dataclass(frozen=True)
class RttmRowReader:
    """Scans all lines, then reads rows.

    `constants`: what the request says about every row. `speaker`: the role of everyone that the file names.
    """

    constants: ManifestRow
    recordings: Recordings
    speaker: Role
    has_recordings = has_durations = True

    def scan(self, line: bytes) -> None:
        """Add a line to its recording."""
        try:
            fields = _split(line)
        except InvalidRequestError:
            return
        try:
            self.recordings.add(fields[1], *self._part(line, fields))
        except InvalidRequestError as problem:
            self.recordings.mark_unreadable(fields[1], problem)

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line; InvalidRequestError for blank lines and comments."""
        fields = _split(line)
        self.recordings.require_readable(fields[1])
        people = self.recordings.evaluated_with(fields[1], *self._part(line, fields))
        return self.constants._replace(people=people)

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The recording of a line, and its seconds if it is a SPEAKER line that can be read."""
        try:
            fields = _split(line)
        except InvalidRequestError:
            return None
        duration = 0
        if fields[0] == b"SPEAKER" and len(fields) > 4:
            with suppress(InvalidRequestError):
                duration = _seconds(fields[4])
        return SpeechDuration(fields[1], duration / SECOND)

    def _part(self, line: bytes, fields: list[bytes]) -> tuple[People, Span | None]:
        person = _person(line, fields)
        if person is None:
            return frozenset(), None
        timed = self.recordings.by_segments and fields[0] != b"SPKR-INFO"
        return frozenset({(person, self.speaker)}), _span(fields) if timed else None


def _split(line: bytes) -> list[bytes]:
    """The fields of a line with a recording. The name of the recording may be in any encoding."""
    fields = line.split()
    if not fields:
        raise InvalidRequestError("line", "is blank")
    if fields[0].startswith(b";;"):
        raise InvalidRequestError("line", "is a comment")
    if len(fields) == 1:
        raise InvalidRequestError("line", "names no recording")
    return fields


def _person(line: bytes, fields: list[bytes]) -> str | None:
    """The person of a line, if it names one; InvalidRequestError for an invalid line."""
    if len(line) > MAX_LINE_BYTES:
        raise InvalidRequestError("line", "of a recording is too long")
    if fields[0] not in TYPES:
        raise InvalidRequestError("type", "is not an RTTM type")
    # Other readers end a line at these characters. This reader would ignore the second of two
    # lines.
    if len(fields) not in FIELDS or _OTHER_LINE_ENDS.search(line.rstrip(b"\r\n")):
        raise InvalidRequestError("line", "of a recording must have nine or ten fields")
    speaks = fields[0] == b"SPEAKER"
    if speaks:
        _span(fields)
    if fields[7] == NOT_APPLICABLE and not speaks:
        return None
    try:
        return _ID.validate_python(fields[7].decode("ascii"))
    except ValueError:
        raise InvalidRequestError("people", "of a recording's line is not an id") from None


def _span(fields: list[bytes]) -> Span:
    return span_of(_seconds(fields[3]), _seconds(fields[4]))


def _seconds(field: bytes) -> int:
    try:
        return parse_seconds(field.decode("ascii"))
    except ValueError:
        raise InvalidRequestError("duration", "of a recording's line is not a number") from None

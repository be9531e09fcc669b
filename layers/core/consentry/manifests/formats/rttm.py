"""Reads RTTM, NIST's format for who spoke when (RT-09 evaluation plan, appendix A).

    SPEAKER <file> <channel> <onset> <duration> <NA> <NA> <speaker> <confidence> <NA>

Each line is a part of a recording. Lines of other types (LEXEME and others) are evaluated like
SPEAKER lines. SPKR-INFO has no time; it gets the outcome of the person that it names.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import is_person_id
from consentry.kernel.vocabulary import Role
from consentry.manifests.local_labels import LocalLabels, unidentified_label
from consentry.manifests.model import (
    MAX_LINE_BYTES,
    Blocked,
    ManifestRow,
    People,
    SpeechDuration,
    is_blank,
)
from consentry.manifests.recordings import SECOND, Recordings, Span, parse_seconds, span_of
from consentry.manifests.unreadable_rows import UnreadableRows

TYPES = frozenset(
    b"SEGMENT NOSCORE NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPEAKER "
    b"SPKR-INFO".split()
)
NOT_APPLICABLE = b"<NA>"
COMMENT = b";;"
FIELDS = (9, 10)
"""Older files leave out the tenth field, the look-ahead time."""

_OTHER_LINE_ENDS = re.compile(rb"[\r\v\f]")


@dataclass
class RttmRowReader:
    """Scans all lines, then reads rows.

    `constants`: what the request says about every row. `speaker`: the role of everyone that the file names.
    """

    constants: ManifestRow
    recordings: Recordings
    speaker: Role
    labels: LocalLabels | None = None
    unreadable: UnreadableRows = field(default_factory=UnreadableRows)
    lines: int = 0
    has_recordings = has_durations = True

    def scan(self, line: bytes) -> None:
        """Add a line to its recording."""
        self.lines += 1
        if is_blank(line) or _is_comment(line):
            return
        try:
            fields = _fields_of(line)
        except InvalidRequestError:
            # The second field of a line that is not RTTM may be anything.
            self.unreadable.add(self.lines, Blocked.MANIFEST)
            return
        try:
            self.recordings.add(fields[1], *self._part(fields))
        except InvalidRequestError as problem:
            self.recordings.mark_unreadable(fields[1], problem)
            self.unreadable.add(self.lines, Blocked.RECORDING)

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line; InvalidRequestError for blank lines and comments."""
        if is_blank(line):
            raise InvalidRequestError("line", "is blank")
        if _is_comment(line):
            raise InvalidRequestError("line", "is a comment")
        fields = _fields_of(line)
        self.recordings.require_readable(fields[1])
        people = self.recordings.evaluated_with(fields[1], *self._part(fields))
        self.unreadable.require_none_for_all()
        return self.constants._replace(people=people)

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The recording of a line, and its seconds if it is a SPEAKER line that can be read."""
        fields = line.split()
        if len(fields) < 2 or fields[0].startswith(COMMENT):
            return None
        duration = 0
        if fields[0] == b"SPEAKER" and len(fields) > 4:
            with suppress(InvalidRequestError):
                duration = _seconds(fields[4])
        return SpeechDuration(fields[1], duration / SECOND)

    def _part(self, fields: list[bytes]) -> tuple[People, Span | None]:
        person = _person(fields)
        if person is None:
            return frozenset(), None
        if self.labels:
            person = self.labels.person(fields[1], person)
        timed = self.recordings.by_segments and fields[0] != b"SPKR-INFO"
        return frozenset({(person, self.speaker)}), _span(fields) if timed else None


def _is_comment(line: bytes) -> bool:
    # A comment with another line end has a second line, which other readers read.
    return (
        len(line) <= MAX_LINE_BYTES
        and line.lstrip().startswith(COMMENT)
        and not _OTHER_LINE_ENDS.search(line.strip())
    )


def _fields_of(line: bytes) -> list[bytes]:
    """The fields of an RTTM line, whose recording is certain and may be in any encoding."""
    if len(line) > MAX_LINE_BYTES:
        raise InvalidRequestError("line", "is too long")
    fields = line.split()
    if len(fields) == 1:
        raise InvalidRequestError("line", "names no recording")
    if fields[0] not in TYPES:
        raise InvalidRequestError("type", "is not an RTTM type")
    # Other readers end a line at these characters. This reader would ignore the second of two
    # lines.
    if len(fields) not in FIELDS or _OTHER_LINE_ENDS.search(line.rstrip(b"\r\n")):
        raise InvalidRequestError("line", "must have nine or ten fields")
    # `<NA>` as the speaker of other fields: a name with a space has moved them.
    if fields[0] == b"SPEAKER" and fields[7] == NOT_APPLICABLE and set(fields[5:7]) != {fields[7]}:
        raise InvalidRequestError("line", "has a speaker in another field")
    return fields


def _person(fields: list[bytes]) -> str | None:
    """The person of a line, if it names one; InvalidRequestError for an invalid time or person."""
    speaks = fields[0] == b"SPEAKER"
    if speaks:
        _span(fields)
    if fields[7] == NOT_APPLICABLE:
        return unidentified_label("<NA>") if speaks else None
    with suppress(UnicodeDecodeError):
        if is_person_id(person := fields[7].decode()):
            return person
    raise InvalidRequestError("people", "of a recording's line is not an id")


def _span(fields: list[bytes]) -> Span:
    return span_of(_seconds(fields[3]), _seconds(fields[4]))


def _seconds(field: bytes) -> int:
    try:
        return parse_seconds(field.decode("ascii"))
    except ValueError:
        raise InvalidRequestError("duration", "of a recording's line is not a number") from None

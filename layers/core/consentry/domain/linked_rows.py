"""Rows that are judged together: those of one recording."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from consentry.domain.errors import MalformedError
from consentry.domain.jsonl import row_of
from consentry.domain.manifest import Row, Speech
from consentry.domain.recordings import Part, Recordings
from consentry.domain.row_links import recording_in, seconds_in, span_in
from consentry.domain.screening_request import Fields
from consentry.domain.timeline import SECOND


class DocumentReader(Protocol):
    """Reads each line as a document in which the fields of a mapping are found."""

    @property
    def fields(self) -> Fields:
        """The mapping."""
        ...

    def document(self, line: bytes) -> Mapping[str, Any]:
        """What a line holds; MalformedError if it cannot be read."""
        ...


@dataclass
class LinkedReader:
    """The `ManifestReader` of rows that are parts of recordings, over the reader of each line alone."""

    alone: DocumentReader
    recordings: Recordings
    reads_twice = knows_recordings = True
    _last: tuple[bytes, Mapping[str, Any]] = (b"", {})

    @property
    def knows_seconds(self) -> bool:
        """Whether the mapping says how long a row lasts."""
        return self.alone.fields.duration is not None

    def note(self, line: bytes) -> Iterable[str]:
        """The people whom a line names, now known to be in its recording."""
        try:
            document, recording = self._of_recording(line)
        except MalformedError:
            return ()
        try:
            row, part = self._read(document)
        except MalformedError as problem:
            self.recordings.spoil(recording, problem)
            return ()
        self.recordings.hear(recording, part)
        return [person for person, _ in row.people]

    def row(self, line: bytes) -> Row:
        """What a line says itself, with everybody with whom it is judged."""
        document, recording = self._of_recording(line)
        self.recordings.require_read(recording)
        row, part = self._read(document)
        return row._replace(people=self.recordings.judged_with(recording, part))

    def speech(self, line: bytes) -> Speech | None:
        """The line's recording, and how long the line lasts if that can be read."""
        try:
            document, recording = self._of_recording(line)
        except MalformedError:
            return None
        try:
            duration = seconds_in(self.alone.fields.duration, document, "duration")
        except MalformedError:
            duration = None
        return Speech(recording, (duration or 0) / SECOND)

    def _of_recording(self, line: bytes) -> tuple[Mapping[str, Any], bytes]:
        # A line's row and its speech are asked for one after the other.
        if self._last[0] != line:
            self._last = line, self.alone.document(line)
        document = self._last[1]
        return document, recording_in(self.alone.fields, document)

    def _read(self, document: Mapping[str, Any]) -> tuple[Row, Part]:
        row = row_of(self.alone.fields, document)
        return row, Part(row.people, span_in(self.alone.fields, document))

"""Rows that are evaluated together: those of one recording, and those derived from each other."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, Self

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.items import Items
from consentry.manifests.model import ManifestRow, SourceItem, SpeechDuration
from consentry.manifests.recordings import RecordingPart, Recordings
from consentry.manifests.row_links import (
    LinkedRow,
    read_item,
    read_linked_row,
    read_recording,
    read_seconds,
)
from consentry.manifests.timeline import SECOND


class DocumentReader(Protocol):
    """Reads each line as a document in which the fields of a mapping are found."""

    @property
    def fields(self) -> FieldMapping:
        """The mapping."""
        ...

    def document(self, line: bytes) -> Mapping[str, Any]:
        """What a line holds; InvalidRequestError if it cannot be read."""
        ...


@dataclass(frozen=True)
class LinkedRowReader:
    """The `RowReader` of rows that are linked, over the reader of each line alone."""

    line_reader: DocumentReader
    recordings: Recordings
    items: Items
    needs_two_passes = True

    @classmethod
    def over(cls, line_reader: DocumentReader, *, by_segments: bool) -> Self:
        """A reader that has scanned nothing yet."""
        return cls(
            line_reader,
            Recordings(by_segments),
            Items(kept=line_reader.fields.derived_from is not None),
        )

    @property
    def has_recordings(self) -> bool:
        """Whether the mapping has a recording."""
        return self.line_reader.fields.recording is not None

    @property
    def has_durations(self) -> bool:
        """Whether the mapping has a duration."""
        return self.line_reader.fields.duration is not None

    def scan(self, line: bytes) -> Iterable[str]:
        """The people that a line names; records them in its recording, and the line as an item."""
        try:
            document = self.line_reader.document(line)
        except InvalidRequestError:
            return ()
        self._scan_item(document, line)
        try:
            said = read_linked_row(self.line_reader.fields, document)
        except InvalidRequestError as problem:
            self._mark_recording_unreadable(document, problem)
            return ()
        if said.recording is not None:
            self.recordings.add(said.recording, RecordingPart(said.row.people, said.during))
        return [person for person, _ in said.row.people]

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line with all people that it is evaluated with, and what it is derived from."""
        said = self._said(self.line_reader.document(line))
        if said.item is not None:
            self.items.require_unique(said.item)
        return self._joined(said)

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The line's recording, and how long the line lasts if that is mapped and can be read."""
        fields = self.line_reader.fields
        try:
            document = self.line_reader.document(line)
            recording = read_recording(fields, document)
        except InvalidRequestError:
            return None
        if recording is None:
            return None
        try:
            duration = read_seconds(fields.duration, document, "duration")
        except InvalidRequestError:
            duration = 0
        return SpeechDuration(recording, None if duration is None else duration / SECOND)

    def _scan_item(self, document: Mapping[str, Any], line: bytes) -> None:
        try:
            item = read_item(self.line_reader.fields, document)
        except InvalidRequestError:
            return
        if item is not None:
            self.items.scan(item, line)

    def _mark_recording_unreadable(
        self, document: Mapping[str, Any], problem: InvalidRequestError
    ) -> None:
        """The row was not read, so neither was all of its recording."""
        with suppress(InvalidRequestError):
            recording = read_recording(self.line_reader.fields, document)
            if recording is not None:
                self.recordings.mark_unreadable(recording, problem)

    def _said(self, document: Mapping[str, Any]) -> LinkedRow:
        recording = read_recording(self.line_reader.fields, document)
        if recording is not None:
            self.recordings.require_readable(recording)
        return read_linked_row(self.line_reader.fields, document)

    def _joined(self, said: LinkedRow) -> ManifestRow:
        people = said.row.people
        if said.recording is not None:
            people = self.recordings.evaluated_with(
                said.recording, RecordingPart(people, said.during)
            )
        sources = tuple(SourceItem(item, self._source) for item in said.sources)
        return said.row._replace(people=people, sources=sources)

    def _source(self, item: str) -> ManifestRow:
        line = self.items.line(item)
        try:
            return self._joined(self._said(self.line_reader.document(line)))
        except InvalidRequestError as problem:
            # To what is derived from it, wrong is the item, whichever of its fields it is.
            raise InvalidRequestError("item", problem.problem) from None

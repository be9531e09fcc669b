"""Rows that are judged together: those of one recording, and those that are derived from each other."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, Self

from consentry.domain.errors import MalformedError
from consentry.domain.manifests.fields import Fields
from consentry.domain.manifests.items import Items
from consentry.domain.manifests.manifest import Row, Source, Speech
from consentry.domain.manifests.recordings import Part, Recordings
from consentry.domain.manifests.row_links import (
    Linked,
    item_in,
    linked_in,
    recording_in,
    seconds_in,
)
from consentry.domain.manifests.timeline import SECOND


class DocumentReader(Protocol):
    """Reads each line as a document in which the fields of a mapping are found."""

    @property
    def fields(self) -> Fields:
        """The mapping."""
        ...

    def document(self, line: bytes) -> Mapping[str, Any]:
        """What a line holds; MalformedError if it cannot be read."""
        ...


@dataclass(frozen=True)
class LinkedReader:
    """The `ManifestReader` of rows that are linked, over the reader of each line alone."""

    alone: DocumentReader
    recordings: Recordings
    items: Items
    reads_twice = True

    @classmethod
    def over(cls, alone: DocumentReader, *, by_segments: bool) -> Self:
        """The reader of a manifest of which nothing is known yet."""
        return cls(
            alone, Recordings(by_segments), Items(kept=alone.fields.derived_from is not None)
        )

    @property
    def knows_recordings(self) -> bool:
        """Whether the mapping says which recording a row is a part of."""
        return self.alone.fields.recording is not None

    @property
    def knows_seconds(self) -> bool:
        """Whether the mapping says how long a row lasts."""
        return self.alone.fields.duration is not None

    def note(self, line: bytes) -> Iterable[str]:
        """The people whom a line names, now known to be in its recording, and the item that it is."""
        try:
            document = self.alone.document(line)
        except MalformedError:
            return ()
        self._note_item(document, line)
        try:
            said = linked_in(self.alone.fields, document)
        except MalformedError as problem:
            self._spoil(document, problem)
            return ()
        if said.recording is not None:
            self.recordings.hear(said.recording, Part(said.row.people, said.during))
        return [person for person, _ in said.row.people]

    def row(self, line: bytes) -> Row:
        """What a line says itself, with everybody with whom it is judged, and what it is derived from."""
        said = self._said(self.alone.document(line))
        if said.item is not None:
            self.items.require_one(said.item)
        return self._joined(said)

    def speech(self, line: bytes) -> Speech | None:
        """The line's recording, and how long the line lasts if that is mapped and can be read."""
        fields = self.alone.fields
        try:
            document = self.alone.document(line)
            recording = recording_in(fields, document)
        except MalformedError:
            return None
        if recording is None:
            return None
        try:
            duration = seconds_in(fields.duration, document, "duration")
        except MalformedError:
            duration = 0
        return Speech(recording, None if duration is None else duration / SECOND)

    def _note_item(self, document: Mapping[str, Any], line: bytes) -> None:
        try:
            item = item_in(self.alone.fields, document)
        except MalformedError:
            return
        if item is not None:
            self.items.note(item, line)

    def _spoil(self, document: Mapping[str, Any], problem: MalformedError) -> None:
        """The row was not read, so neither was all of its recording."""
        with suppress(MalformedError):
            recording = recording_in(self.alone.fields, document)
            if recording is not None:
                self.recordings.spoil(recording, problem)

    def _said(self, document: Mapping[str, Any]) -> Linked:
        recording = recording_in(self.alone.fields, document)
        if recording is not None:
            self.recordings.require_read(recording)
        return linked_in(self.alone.fields, document)

    def _joined(self, said: Linked) -> Row:
        people = said.row.people
        if said.recording is not None:
            people = self.recordings.judged_with(said.recording, Part(people, said.during))
        sources = tuple(Source(item, self._source) for item in said.sources)
        return said.row._replace(people=people, sources=sources)

    def _source(self, item: str) -> Row:
        line = self.items.line(item)
        try:
            return self._joined(self._said(self.alone.document(line)))
        except MalformedError as problem:
            # To what is derived from it, wrong is the item, whichever of its fields it is.
            raise MalformedError("item", problem.problem) from None

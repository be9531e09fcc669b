"""Rows that depend on other rows: those of one recording, and those derived from each other."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import WrittenFloat
from consentry.manifests.field_mapping import FieldMapping, MappedField, steps_of
from consentry.manifests.limits import DEFAULT_LIMITS
from consentry.manifests.local_labels import LocalLabels
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import Blocked, ManifestRow, SpeechDuration, is_blank
from consentry.manifests.recordings import SECOND, Recordings, Span, parse_seconds, span_of
from consentry.manifests.row_fields import read_row, value_at
from consentry.manifests.unreadable_rows import UnreadableRows

ITEM_BYTES = 512
"""Bytes that an item needs in addition to its line: its id and its outcome."""


@dataclass
class Items:
    """The lines of a manifest by the ids of their items. Add all lines before you look one up.

    `with_lines`: whether lines are stored, or only ids. A line needs much less memory than the row
    that is read from it.
    """

    with_lines: bool
    memory: MemoryBudget
    _lines: dict[str, bytes] = field(default_factory=dict)
    _duplicates: set[str] = field(default_factory=set)

    def add(self, item: str, line: bytes) -> None:
        """Add a line, even if only its id can be read; InvalidRequestError for too many."""
        if item in self._lines:
            self._duplicates.add(item)
        stored = self._lines[item] = line if self.with_lines else b""
        self.memory.take(len(stored) + ITEM_BYTES + len(item))

    def require_unique(self, item: str) -> None:
        """Raise InvalidRequestError if several rows have the id."""
        if item in self._duplicates:
            raise InvalidRequestError("item", "is the id of several rows")

    def line(self, item: str) -> bytes:
        """The line of a source; InvalidRequestError if no line or several lines have the id."""
        if item not in self._lines:
            raise InvalidRequestError(
                "derived_from", "leads to an item that is not in the manifest"
            )
        if item in self._duplicates:
            raise InvalidRequestError("derived_from", "leads to an id that several rows have")
        return self._lines[item]


class LinkedRow(NamedTuple):
    """A row with its links to other rows, and its time in its recording."""

    row: ManifestRow
    recording: bytes | None
    during: Span | None
    item: str | None


class RowSource[Row](Protocol):
    """Reads the document of a row: of a line, or of a row of a Parquet file."""

    @property
    def fields(self) -> FieldMapping:
        """The mapping of the fields of documents."""

    def document(self, line: Row, /) -> Mapping[str, Any]:
        """The document of a row; InvalidRequestError if it cannot be read."""


class LinkedRowReader[Row]:
    """Scans all rows, then reads them, each over the reader of single rows."""

    def __init__(
        self,
        source: RowSource[Row],
        *,
        by_segments: bool,
        labels: LocalLabels | None = None,
        memory: MemoryBudget | None = None,
    ) -> None:
        memory = memory or MemoryBudget(DEFAULT_LIMITS.memory)
        self._document, self._fields = source.document, source.fields
        self.has_recordings = self._fields.recording is not None
        self.has_durations = self._fields.duration is not None
        self._recordings, self._labels = Recordings(by_segments, memory), labels
        self._items = Items(self._fields.derived_from is not None, memory)
        self.unreadable = UnreadableRows()
        self._lines = 0

    def scan(self, line: Row) -> None:
        """Add a row to its recording and to the items; InvalidRequestError for too many of them."""
        self._lines += 1
        if isinstance(line, bytes) and is_blank(line):
            return
        try:
            document = self._document(line)
        except InvalidRequestError:
            # Nothing in a line is certain that does not have its format.
            self.unreadable.add(self._lines, Blocked.MANIFEST)
            return
        item = _unless_invalid(_item, self._fields, document)
        if item is not None:
            self._items.add(item, line if isinstance(line, bytes) else b"")
        try:
            linked = self._read(document)
        except InvalidRequestError as problem:
            recording = _unless_invalid(_recording, self._fields, document)
            if recording is not None:
                self._recordings.mark_unreadable(recording, problem)
            self.unreadable.add(self._lines, self._blocked(recording, item))
            return
        if linked.recording is not None:
            self._recordings.add(linked.recording, linked.row.people, linked.during)

    def row(self, line: Row) -> ManifestRow:
        """The row of a line, with all people of its recording or segment, and with its sources."""
        linked = self._linked_row(line)
        if linked.item is not None:
            self._items.require_unique(linked.item)
        return self._joined(linked)

    def source(self, item: str) -> ManifestRow:
        """The row of an item that another row is derived from."""
        line: Any = self._items.line(item)  # Rows that are not lines have no sources.
        try:
            return self._joined(self._linked_row(line))
        except InvalidRequestError as problem:
            # The field is invalid in the source, not in the row that is derived from it.
            raise InvalidRequestError("item", problem.problem) from None

    def speech_duration(self, line: Row) -> SpeechDuration | None:
        """The recording of a line, and its duration if that is mapped and can be read."""
        try:
            document = self._document(line)
            recording = _recording(self._fields, document)
        except InvalidRequestError:
            return None
        if recording is None:
            return None
        try:
            duration = _seconds(self._fields.duration, document, "duration")
        except InvalidRequestError:
            duration = 0
        return SpeechDuration(recording, None if duration is None else duration / SECOND)

    def _blocked(self, recording: bytes | None, item: str | None) -> Blocked:
        """What an unreadable row blocks: not certain is what is mapped and could not be read."""
        fields = self._fields
        if (fields.recording and recording is None) or (fields.item and item is None):
            return Blocked.MANIFEST
        return Blocked.RECORDING if fields.recording else Blocked.ITEM

    def _linked_row(self, line: Row) -> LinkedRow:
        document = self._document(line)
        recording = _recording(self._fields, document)
        if recording is not None:
            self._recordings.require_readable(recording)
        linked = self._read(document)
        self.unreadable.require_none_for_all()
        return linked

    def _read(self, document: Mapping[str, Any]) -> LinkedRow:
        linked = _read(self._fields, document)
        labels, recording = self._labels, linked.recording
        if labels is None or recording is None:
            return linked
        people = frozenset((labels.person(recording, p), role) for p, role in linked.row.people)
        return linked._replace(row=linked.row._replace(people=people))

    def _joined(self, linked: LinkedRow) -> ManifestRow:
        row, recording, during, _ = linked
        if recording is None:
            return row
        return row._replace(people=self._recordings.evaluated_with(recording, row.people, during))


def _read(fields: FieldMapping, document: Mapping[str, Any]) -> LinkedRow:
    """The row of a document, with its links; InvalidRequestError names the invalid field."""
    row = read_row(fields, document)
    recording = _recording(fields, document)
    onset = _seconds(fields.onset, document, "onset")
    duration = _seconds(fields.duration, document, "duration")
    during = None if onset is None or duration is None else span_of(onset, duration)
    item = _item(fields, document)
    return LinkedRow(row._replace(sources=_sources(fields, document)), recording, during, item)


def _unless_invalid[T](
    read: Callable[[FieldMapping, Mapping[str, Any]], T],
    fields: FieldMapping,
    document: Mapping[str, Any],
) -> T | None:
    with suppress(InvalidRequestError):
        return read(fields, document)
    return None


def _recording(fields: FieldMapping, document: Mapping[str, Any]) -> bytes | None:
    name = _text(fields.recording, document, "recording")
    return None if name is None else name.encode()


def _item(fields: FieldMapping, document: Mapping[str, Any]) -> str | None:
    return _text(fields.item, document, "item")


def _text(mapped: MappedField | None, document: Mapping[str, Any], field_name: str) -> str | None:
    if mapped is None:
        return None
    return _require_text(value_at(steps_of(mapped.field), document, field_name), field_name)


def _require_text(value: Any, field_name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidRequestError(field_name, "is not a text, or is blank")
    return value


def _sources(fields: FieldMapping, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The distinct ids of the items that a row is derived from."""
    if fields.derived_from is None:
        return ()
    value: Any = document
    for step in steps_of(fields.derived_from.field):
        # Only a missing or null field means that a row is not derived.
        if not isinstance(value, dict):
            raise InvalidRequestError("derived_from", "is invalid")
        value = value.get(step)
        if value is None:
            return ()
    ids = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(_require_text(item, "derived_from") for item in ids))


def _seconds(
    mapped: MappedField | None, document: Mapping[str, Any], field_name: str
) -> int | None:
    """Seconds in the units of `parse_seconds`, of a number or text; None if not mapped."""
    if mapped is None:
        return None
    try:
        return parse_seconds(_digits(value_at(steps_of(mapped.field), document, field_name)))
    except ValueError:
        raise InvalidRequestError(field_name, "is not a number of seconds") from None


def _digits(value: Any) -> str:
    if isinstance(value, WrittenFloat):
        return value.digits
    if type(value) is int or isinstance(value, float | Decimal):
        return str(value)
    if not isinstance(value, str):
        raise ValueError("neither a number nor a text")
    return value

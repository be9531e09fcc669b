"""A manifest of lines, in blocks of whole rows that are read as columns where possible."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import SEEK_END
from typing import IO, Protocol

import pyarrow as pa

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.kernel.vocabulary import vocabulary
from consentry.manifests.block import Block, no_source
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.csv import CsvColumnReader, CsvRowReader, records
from consentry.manifests.formats.jsonl import JsonlColumnReader, JsonlRowReader
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.lines import halves, lines_of
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.model import (
    MAX_LINE_BYTES,
    CombineBy,
    ManifestFormat,
    RowReader,
    SpeechDuration,
    TwoPassRowReader,
)
from consentry.manifests.output_files import HashingFile, LineWriter, RowFile
from consentry.manifests.recordings import Recordings
from consentry.manifests.row_columns import RowColumns
from consentry.manifests.screening_request import ScreeningRequest

SMALL_BLOCK = 64
"""Up to this many rows that cannot be read as columns are read one by one."""


class ColumnReader(Protocol):
    """Reads rows as columns."""

    def read(self, lines: pa.BinaryArray) -> RowColumns | None:
        """The rows as columns; None if they must be read in smaller blocks, or one by one."""
        ...


@dataclass(frozen=True)
class LinesManifest:
    """The rows of a manifest on disk; `header`: the bytes before the first row."""

    content: IO[bytes]
    length: int
    header: bytes
    quoted: bool
    reader: RowReader
    limits: ScreeningLimits = DEFAULT_LIMITS
    columns: ColumnReader | None = None

    @classmethod
    def of(
        cls, content: IO[bytes], request: ScreeningRequest, limits: ScreeningLimits
    ) -> "LinesManifest":
        """The manifest of a request; InvalidRequestError if its header lacks a mapped column."""
        length = content.seek(0, SEEK_END)
        content.seek(0)
        quoted = request.manifest.format is ManifestFormat.CSV
        header = _rest_of_row(content, b"", limits.max_row, quoted=True) if quoted else b""
        reader = open_reader(request, header, limits)
        manifest = cls(content, length, header, quoted, reader, limits)
        if isinstance(reader, RttmRowReader | LinkedRowReader):
            manifest._scan(reader)
        return replace(manifest, columns=manifest._column_reader())

    @property
    def has_recordings(self) -> bool:
        """Whether its rows are parts of recordings."""
        return self.reader.has_recordings

    @property
    def has_durations(self) -> bool:
        """Whether they say how long they last."""
        return self.reader.has_durations

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes read, and all bytes."""
        return self.content.tell(), self.length

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning, each with its line ending; the last row may have none."""
        for lines in self._lines():
            yield from self._read(lines)

    def file(self, file: HashingFile) -> RowFile:
        """A file of lines, after the header if there is one."""
        file.write(self.header)
        return RowFile(file, LineWriter(file), self.has_recordings, self.has_durations)

    def speech_duration(self, row: pa.Scalar) -> SpeechDuration | None:
        """The recording and the duration of a row."""
        return self.reader.speech_duration(_truncate(row.as_py()))

    def _scan(self, reader: TwoPassRowReader) -> None:
        for lines in self._lines():
            for line in lines.to_pylist():
                reader.scan(_truncate(line))

    def _column_reader(self) -> ColumnReader | None:
        if isinstance(self.reader, CsvRowReader):
            return CsvColumnReader(self.reader)
        if isinstance(self.reader, JsonlRowReader):
            self.content.seek(0)
            first = self.content.readline(MAX_LINE_BYTES)
            return JsonlColumnReader.like(self.reader.fields, first)
        return None

    def _lines(self) -> Iterator[pa.BinaryArray]:
        self.content.seek(len(self.header))
        while block := self.content.read(self.limits.block):
            block += _rest_of_row(self.content, block, self.limits.max_row, quoted=self.quoted)
            lines = lines_of(block)
            if self.quoted and b'"' in block:
                lines = pa.array(list(records(lines.to_pylist())), pa.binary())
            yield lines

    def _read(self, lines: pa.BinaryArray) -> Iterator[Block]:
        columns = self.columns.read(lines) if self.columns else None
        if self.columns and columns is None and len(lines) > SMALL_BLOCK:
            for half in halves(lines):
                yield from self._read(half)
            return
        source = self.reader.source if isinstance(self.reader, LinkedRowReader) else no_source
        yield Block(
            lines, columns, lambda row: self.reader.row(_truncate(lines[row].as_py())), source
        )


def _rest_of_row(content: IO[bytes], block: bytes, max_bytes: int, *, quoted: bool) -> bytes:
    """The rest of a block's last row; a CSV row continues while its number of quotes is odd."""
    rest = b"" if block.endswith(b"\n") else content.readline(max_bytes)
    odd = quoted and (block.count(b'"') + rest.count(b'"')) % 2
    while odd and len(rest) < max_bytes and (line := content.readline(max_bytes)):
        rest += line
        odd ^= line.count(b'"') % 2
    if len(rest) >= max_bytes:
        raise InvalidRequestError("manifest", f"has a row of more than {max_bytes} bytes")
    return rest


def open_reader(request: ScreeningRequest, header: bytes, limits: ScreeningLimits) -> RowReader:
    """The row reader of a request; InvalidRequestError if the header lacks a mapped column."""
    by_segments = request.combine is CombineBy.SEGMENTS
    if request.manifest.format is ManifestFormat.RTTM:
        return _rttm_reader(request.fields, Recordings(by_segments))
    csv = request.manifest.format is ManifestFormat.CSV
    line_reader = CsvRowReader.of(request.fields, header) if csv else JsonlRowReader(request.fields)
    if request.fields.are_linked:
        return LinkedRowReader.over(line_reader, by_segments=by_segments, limits=limits)
    return line_reader


def _rttm_reader(fields: FieldMapping, recordings: Recordings) -> RttmRowReader:
    data, at = fields.data.constant, fields.collected_at.constant
    by, speaker = fields.collected_by.constant, vocabulary().speaker
    if data is None or at is None or by is None or speaker is None:
        raise InvalidRequestError("fields", "are constants for RTTM")
    return RttmRowReader(leaves_of(data), at, by, recordings, speaker)


def _truncate(line: bytes) -> bytes:
    """The part of a line that a reader needs: one byte more than a line may have."""
    return line[: MAX_LINE_BYTES + 1]

"""A manifest of lines, in blocks of whole rows that are read as columns where possible."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import batched
from typing import IO

import pyarrow as pa

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import vocabulary
from consentry.manifests.block import Block, lines_in_parts
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.csv import CsvRowReader, records
from consentry.manifests.formats.jsonl import JsonlColumnReader, JsonlRowReader
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import (
    MAX_LINE_BYTES,
    Blocked,
    BlockingRows,
    CombineBy,
    ManifestFormat,
    ManifestRow,
)
from consentry.manifests.output_files import HashingFile, RowFile
from consentry.manifests.recordings import Recordings
from consentry.manifests.row_columns import RowColumns
from consentry.manifests.row_fields import read_row
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool

SMALL_BLOCK = 64
"""Up to this many rows that cannot be read as columns are read one by one."""

type TwoPassRowReader = LinkedRowReader[bytes] | RttmRowReader
"""Scans all lines before it can read a row: rows depend on other rows."""
_TWO_PASS = (LinkedRowReader, RttmRowReader)
type RowReader = CsvRowReader | JsonlRowReader | TwoPassRowReader
type ReadColumns = Callable[[pa.BinaryArray], RowColumns | None]


@dataclass(frozen=True)
class LinesManifest:
    """The rows of a manifest on disk; `header`: the bytes before the first row."""

    spool: Spool
    header: bytes
    quoted: bool
    fields: FieldMapping
    reader: RowReader
    limits: ScreeningLimits

    @classmethod
    def of(
        cls, spool: Spool, request: ScreeningRequest, limits: ScreeningLimits, memory: MemoryBudget
    ) -> "LinesManifest":
        """The manifest of a request; InvalidRequestError if its header lacks a mapped column."""
        spool.content.seek(0)
        form = request.manifest.format
        quoted, header = form is ManifestFormat.CSV, b""
        if form.is_table:
            header = _rest_of_row(spool.content, b"", limits.max_row, quoted=quoted)
        reader = _open_reader(request, header, memory)
        manifest = cls(spool, header, quoted, request.fields, reader, limits)
        if isinstance(reader, _TWO_PASS):
            for lines in manifest._lines():
                for line in lines.to_pylist():
                    reader.scan(_truncate(line))
        return manifest

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes read, and all bytes."""
        return self.spool.content.tell(), self.spool.unpacked_bytes

    @property
    def blocking_rows(self) -> Mapping[Blocked, BlockingRows]:
        """The unreadable rows that block others; none if rows do not depend on other rows."""
        return self.reader.unreadable.summary if isinstance(self.reader, _TWO_PASS) else {}

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning, each with its line ending; the last row may have none."""
        read = self._read_columns()
        for lines in self._lines():
            yield from self._blocks(lines, read)

    def file(self, file: HashingFile) -> RowFile:
        """A file of lines, after the header if there is one."""
        file.write(self.header)
        if not isinstance(self.reader, _TWO_PASS):
            return RowFile(file)
        return RowFile(file, self.reader.has_recordings, self.reader.has_durations)

    def _read_columns(self) -> ReadColumns | None:
        if isinstance(self.reader, CsvRowReader):
            return self.reader.columns
        if isinstance(self.reader, JsonlRowReader):
            self.spool.content.seek(0)
            first = self.spool.content.readline(MAX_LINE_BYTES)
            columnar = JsonlColumnReader.like(self.reader.fields, first)
            return columnar.read if columnar else None
        return None

    def _lines(self) -> Iterator[pa.BinaryArray]:
        content = self.spool.content
        content.seek(len(self.header))
        while block := content.read(self.limits.block):
            block += _rest_of_row(content, block, self.limits.max_row, quoted=self.quoted)
            parts = lines_in_parts(block, self.limits.block_rows)
            if self.quoted and b'"' in block:
                lines = (line for part in parts for line in part.to_pylist())
                for batch in batched(records(lines), self.limits.block_rows, strict=False):
                    yield pa.array(batch, pa.binary())
            else:
                yield from parts

    def _blocks(self, lines: pa.BinaryArray, read: ReadColumns | None) -> Iterator[Block]:
        columns = read(lines) if read else None
        if read and columns is None and len(lines) > SMALL_BLOCK:
            half = len(lines) // 2
            yield from self._blocks(lines.slice(0, half), read)
            yield from self._blocks(lines.slice(half), read)
            return

        reader = self.reader
        block = Block(lines, columns, self._row_of(lines))
        if isinstance(reader, LinkedRowReader):
            block = replace(block, source=reader.source)
        if isinstance(reader, _TWO_PASS) and reader.has_recordings:
            block = replace(block, speech_duration=_by_index(lines, reader.speech_duration))
        yield block

    def _row_of(self, lines: pa.BinaryArray) -> Callable[[int], ManifestRow]:
        read = _by_index(lines, self.reader.row)

        def row(index: int) -> ManifestRow:
            try:
                return read(index)
            except InvalidRequestError as problem:
                raise self.fields.name_column(problem) from None

        return row


def _by_index[T](lines: pa.BinaryArray, read: Callable[[bytes], T]) -> Callable[[int], T]:
    return lambda index: read(_truncate(lines[index].as_py()))


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


def _open_reader(request: ScreeningRequest, header: bytes, memory: MemoryBudget) -> RowReader:
    """The row reader of a request; InvalidRequestError if the header lacks a mapped column."""
    fields, form = request.fields, request.manifest.format
    by_segments = request.combine is CombineBy.SEGMENTS
    if form is ManifestFormat.RTTM:
        speaker = vocabulary().speaker
        if speaker is None:
            raise InvalidRequestError("manifest.format", "names speakers, but no role has `speaks`")
        constants, recordings = read_row(fields, {}), Recordings(by_segments, memory)
        return RttmRowReader(constants, recordings, speaker, request.labels)
    line_reader: CsvRowReader | JsonlRowReader
    if form.is_table:
        line_reader = CsvRowReader.of(fields, header, quoted=form is ManifestFormat.CSV)
    else:
        line_reader = JsonlRowReader(fields)
    if fields.are_linked:
        return LinkedRowReader(
            line_reader, by_segments=by_segments, labels=request.labels, memory=memory
        )
    return line_reader


def _truncate(line: bytes) -> bytes:
    """The part of a line that a reader needs: one byte more than a line may have."""
    return line[: MAX_LINE_BYTES + 1]

"""A manifest of lines cut into blocks of whole rows, each read as columns wherever that can be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import SEEK_END
from typing import IO, Protocol

import pyarrow as pa

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import Block
from consentry.manifests.formats.csv import CsvRowReader, records
from consentry.manifests.formats.csv_columns import CsvColumnReader
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.formats.jsonl_columns import JsonlColumnReader
from consentry.manifests.lines import halves, lines_of
from consentry.manifests.model import MAX_LINE_BYTES, RowReader, SpeechDuration
from consentry.manifests.output_files import HashingFile, LineWriter, RowFile
from consentry.manifests.readers import open_reader, truncate
from consentry.manifests.row_columns import RowColumns
from consentry.manifests.screening_request import ManifestFormat, ScreeningRequest

BLOCK_BYTES = 16 * 1024 * 1024
MAX_ROW_BYTES = 64 * 1024 * 1024
"""A longer row is not held in memory: the file does not have the format that the request names."""

SMALL = 64
"""At most so many rows that cannot be read as columns are read one by one."""


class ColumnReader(Protocol):
    """Reads rows as columns."""

    def read(self, lines: pa.BinaryArray) -> RowColumns | None:
        """The rows as columns; None if they must be read in smaller blocks, or one by one."""
        ...


@dataclass(frozen=True)
class LinesManifest:
    """The rows of a manifest on disk; `header` is what precedes them."""

    content: IO[bytes]
    length: int
    header: bytes
    quoted: bool
    reader: RowReader
    columns: ColumnReader | None = None

    @classmethod
    def of(cls, content: IO[bytes], request: ScreeningRequest) -> "LinesManifest":
        """The manifest that a request names; InvalidRequestError for a header without the columns that it names."""
        form = request.manifest.format
        length = content.seek(0, SEEK_END)
        content.seek(0)
        quoted = form is ManifestFormat.CSV
        header = _rest_of_row(content, b"", quoted=True) if quoted else b""
        reader = open_reader(request, header)
        manifest = cls(content, length, header, quoted, reader)
        if reader.needs_two_passes:
            manifest._scan()
        return replace(manifest, columns=manifest._columns_like_the_first())

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
        """Bytes read, and bytes there are."""
        return self.content.tell(), self.length

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning, each with its line ending; the last one may have none."""
        for lines in self._lines():
            yield from self._read(lines)

    def file(self, file: HashingFile) -> RowFile:
        """A file of lines, below the header if there is one."""
        file.write(self.header)
        return RowFile(file, LineWriter(file), self.has_recordings, self.has_durations)

    def _scan(self) -> None:
        """The first of two passes, for readers that need all lines before they can evaluate one."""
        for lines in self._lines():
            for line in lines.to_pylist():
                self.reader.scan(truncate(line))

    def speech_duration(self, row: pa.Scalar) -> SpeechDuration | None:
        """The part of a recording that a row describes."""
        return self.reader.speech_duration(truncate(row.as_py()))

    def _columns_like_the_first(self) -> ColumnReader | None:
        if isinstance(self.reader, CsvRowReader):
            return CsvColumnReader(self.reader)
        if isinstance(self.reader, JsonlRowReader):
            self.content.seek(0)
            first = self.content.readline(MAX_LINE_BYTES)
            return JsonlColumnReader.like(self.reader.fields, first)
        return None

    def _lines(self) -> Iterator[pa.BinaryArray]:
        self.content.seek(len(self.header))
        while block := self.content.read(BLOCK_BYTES):
            block += _rest_of_row(self.content, block, quoted=self.quoted)
            lines = lines_of(block)
            if self.quoted and b'"' in block:
                lines = pa.array(list(records(lines.to_pylist())), pa.binary())
            yield lines

    def _read(self, lines: pa.BinaryArray) -> Iterator[Block]:
        columns = self.columns.read(lines) if self.columns else None
        if self.columns and columns is None and len(lines) > SMALL:
            for half in halves(lines):
                yield from self._read(half)
            return
        yield Block(lines, columns, lambda row: self.reader.row(truncate(lines[row].as_py())))


def _rest_of_row(content: IO[bytes], block: bytes, *, quoted: bool) -> bytes:
    """What a block lacks of its last row; a CSV row goes on while its quotes are odd in number."""
    rest = b"" if block.endswith(b"\n") else content.readline(MAX_ROW_BYTES)
    odd = quoted and (block.count(b'"') + rest.count(b'"')) % 2
    while odd and len(rest) < MAX_ROW_BYTES and (line := content.readline(MAX_ROW_BYTES)):
        rest += line
        odd ^= line.count(b'"') % 2
    if len(rest) >= MAX_ROW_BYTES:
        raise InvalidRequestError("manifest", f"has a row of more than {MAX_ROW_BYTES} bytes")
    return rest

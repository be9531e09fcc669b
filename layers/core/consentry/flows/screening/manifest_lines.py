"""A manifest of lines cut into blocks of whole rows, each read as columns wherever that can be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import SEEK_END
from typing import IO, Protocol

import pyarrow as pa

from consentry.domain.columns.csv_columns import CsvColumns
from consentry.domain.columns.jsonl_columns import JsonlColumns
from consentry.domain.columns.lines import halves, lines_of
from consentry.domain.columns.row_columns import RowColumns
from consentry.domain.columns.verdicts import Block
from consentry.domain.errors import MalformedError
from consentry.domain.manifests.csv_rows import CsvReader, records
from consentry.domain.manifests.jsonl import JsonlReader
from consentry.domain.manifests.manifest import MAX_LINE_BYTES, ManifestReader, Speech
from consentry.domain.manifests.screening_request import ManifestFormat, ScreeningRequest
from consentry.flows.screening.manifest_readers import head, reader_of
from consentry.flows.screening.row_files import Hashed, LineWriter, RowFile

BLOCK_BYTES = 16 * 1024 * 1024
MAX_ROW_BYTES = 64 * 1024 * 1024
"""A row beyond this is not kept in memory: then the file is not what it is said to be."""

SMALL = 64
"""So few rows that cannot be read as columns are asked one by one."""


class ColumnsReader(Protocol):
    """Reads rows as columns."""

    def read(self, lines: pa.BinaryArray) -> RowColumns | None:
        """What the rows say; None if they must be asked in smaller blocks, or one by one."""
        ...


@dataclass(frozen=True)
class LinesManifest:
    """The rows of a manifest on disk: `header` is what stands above them."""

    content: IO[bytes]
    length: int
    header: bytes
    quoted: bool
    reader: ManifestReader
    columns: ColumnsReader | None = None

    @classmethod
    def of(cls, content: IO[bytes], request: ScreeningRequest) -> "LinesManifest":
        """The manifest that a request names; MalformedError for a header without the columns that it names."""
        form = request.manifest.format
        length = content.seek(0, SEEK_END)
        content.seek(0)
        quoted = form is ManifestFormat.CSV
        header = _rest_of_row(content, b"", quoted=True) if quoted else b""
        reader = reader_of(request, header)
        manifest = cls(content, length, header, quoted, reader)
        if reader.reads_twice:
            manifest._note()
        return replace(manifest, columns=manifest._columns_like_the_first())

    @property
    def knows_recordings(self) -> bool:
        """Whether its rows are parts of recordings."""
        return self.reader.knows_recordings

    @property
    def knows_seconds(self) -> bool:
        """Whether they say how long they last."""
        return self.reader.knows_seconds

    @property
    def done(self) -> tuple[int, int]:
        """Bytes read, and bytes there are."""
        return self.content.tell(), self.length

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning, each with its line ending; the last one may have none."""
        for lines in self._lines():
            yield from self._read(lines)

    def file(self, file: Hashed) -> RowFile:
        """A file of lines, below the header if there is one."""
        file.write(self.header)
        return RowFile(file, LineWriter(file), self.knows_recordings, self.knows_seconds)

    def _note(self) -> None:
        """The first of two readings, for readers that must know all lines before they can tell of any."""
        for lines in self._lines():
            for line in lines.to_pylist():
                self.reader.note(head(line))

    def speech(self, row: pa.Scalar) -> Speech | None:
        """What a row says of a recording."""
        return self.reader.speech(head(row.as_py()))

    def _columns_like_the_first(self) -> ColumnsReader | None:
        if isinstance(self.reader, CsvReader):
            return CsvColumns(self.reader)
        if isinstance(self.reader, JsonlReader):
            self.content.seek(0)
            first = self.content.readline(MAX_LINE_BYTES)
            return JsonlColumns.like(self.reader.fields, first)
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
        yield Block(lines, columns, lambda row: self.reader.row(head(lines[row].as_py())))


def _rest_of_row(content: IO[bytes], block: bytes, *, quoted: bool) -> bytes:
    """What a block lacks of its last row; a CSV row goes on while its quotes are odd in number."""
    rest = b"" if block.endswith(b"\n") else content.readline(MAX_ROW_BYTES)
    odd = quoted and (block.count(b'"') + rest.count(b'"')) % 2
    while odd and len(rest) < MAX_ROW_BYTES and (line := content.readline(MAX_ROW_BYTES)):
        rest += line
        odd ^= line.count(b'"') % 2
    if len(rest) >= MAX_ROW_BYTES:
        raise MalformedError("manifest", f"has a row of more than {MAX_ROW_BYTES} bytes")
    return rest

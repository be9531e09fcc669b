"""A manifest of lines cut into blocks of whole rows, each read as columns wherever that can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

import pyarrow as pa

from consentry.domain.columns.csv_columns import CsvColumns
from consentry.domain.columns.jsonl_columns import JsonlColumns
from consentry.domain.columns.lines import halves, lines_of
from consentry.domain.columns.row_columns import RowColumns
from consentry.domain.columns.verdicts import Block
from consentry.domain.csv_rows import CsvReader, records
from consentry.domain.errors import MalformedError
from consentry.domain.jsonl import JsonlReader
from consentry.domain.manifest import MAX_LINE_BYTES, Combining, ManifestReader, Row
from consentry.domain.requests import leaves_of
from consentry.domain.rttm import RttmReader
from consentry.domain.screening_request import Fields, ManifestFormat, ScreeningRequest
from consentry.domain.segments import SegmentsReader

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
    header: bytes
    quoted: bool
    reader: ManifestReader
    columns: ColumnsReader | None

    @classmethod
    def of(cls, content: IO[bytes], request: ScreeningRequest) -> "LinesManifest":
        """The manifest that a request names; MalformedError for a header without the columns that it names."""
        quoted = request.manifest.format is ManifestFormat.CSV
        content.seek(0)
        header = next(records(content), b"") if quoted else b""
        reader = reader_of(request, header)
        manifest = cls(content, header, quoted, reader, None)
        return cls(content, header, quoted, reader, manifest._columns_like_the_first())

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning, each with its line ending; the last one may have none."""
        for lines in self._lines():
            yield from self._read(lines)

    def note(self) -> list[str]:
        """Whom all rows together name, for readers that must know it before they can tell of any row."""
        return [
            person
            for lines in self._lines()
            for line in lines.to_pylist()
            for person in self.reader.note(head(line))
        ]

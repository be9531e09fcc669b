"""Reads CSV and TSV (UTF-8, with a header): by row, and by column where Arrow reads the same.

A record of CSV (RFC 4180) continues while its number of quotes is odd. So an extra quote joins the
following lines to one invalid record, up to the next odd quote. No row ever begins inside a quoted
field.

TSV (IANA, text/tab-separated-values) has no quotes: a record is a line. A mapped cell that begins
with a quote is unreadable, since a tool may have quoted it.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import line_bytes
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.model import MAX_LINE_BYTES
from consentry.manifests.row_columns import RowColumns, row_columns
from consentry.manifests.row_fields import DocumentReader

SEPARATOR = ";"
"""Between several values in one column: people, data categories or sources."""

_CELL = rb'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
_CSV_RECORD = re.compile(_CELL + rb"(?:," + _CELL + rb")*+(?:\r?\n)?")
_TSV_RECORD = re.compile(rb"([^\r\n]*+)(?:\r?\n)?")
_SPACE_AROUND_A_VALUE = rf"(^|{SEPARATOR})\pZ|\pZ({SEPARATOR}|$)"
_LISTS = ("data", "people", "derived_from")


def records(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The records of lines, each with its exact bytes."""
    parts: list[bytes] = []
    odd = 0
    for line in lines:
        parts.append(line)
        odd ^= line.count(b'"') & 1
        if not odd:
            yield b"".join(parts)
            parts = []
    if parts:
        yield b"".join(parts)


@dataclass(frozen=True)
class CsvRowReader(DocumentReader):
    """Reads CSV; each record below the header is a row.

    `fields` maps documents with our own field names. `column_indexes`: the column of each field.
    """

    column_indexes: Mapping[str, int]
    width: int
    quoted: bool
    """CSV; otherwise TSV."""

    @classmethod
    def of(cls, fields: FieldMapping, header: bytes, *, quoted: bool = True) -> Self:
        """The reader for a header; InvalidRequestError unless each mapped column is in it once."""
        read_cells = _csv_cells if quoted else _tsv_cells
        columns = read_cells(header.removeprefix(BOM_UTF8), "header")
        for field_name, column in fields.columns.items():
            if (times := columns.count(column)) != 1:
                problem = "is several times in the header" if times else "is not in the header"
                raise fields.name_column(InvalidRequestError(field_name, problem))
        indexes = {name: columns.index(column) for name, column in fields.columns.items()}
        return cls(fields.with_own_names(), indexes, len(columns), quoted)

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The mapped cells of a record, by our field names."""
        cells = _csv_cells(line, "line") if self.quoted else _tsv_cells(line, "line")
        if len(cells) != self.width:
            raise InvalidRequestError("line", "has more or fewer columns than the header")
        document: dict[str, Any] = {
            field_name: cells[index] for field_name, index in self.column_indexes.items()
        }
        if not self.quoted:
            for field_name, cell in document.items():
                if cell.startswith('"'):
                    raise InvalidRequestError(field_name, "begins with a quote: TSV has none")
        for field_name in document.keys() & _LISTS:
            cell = document[field_name]
            document[field_name] = cell.split(SEPARATOR) if cell else []
        if any(person != person.strip() for person in document.get("people", ())):
            # It is not certain that the spaces are part of an id.
            document["people"] = [None]
        if SEPARATOR in document.get("item", ""):
            # As a source, this id would be read as two ids.
            document["item"] = None
        return document

    def columns(self, lines: pa.BinaryArray) -> RowColumns | None:
        """The records as columns; None if they must be read in smaller blocks, or one by one."""
        block = bytes(line_bytes(lines))
        # Readers treat quotes differently. Arrow skips a byte order mark at the start of any
        # block, not only at the start of the file.
        if (
            block.startswith(BOM_UTF8)
            or (self.quoted and b'"' in block)
            or block.count(b"\r") != block.count(b"\r\n")
            or b"\0" in block
        ):
            return None
        if pc.max(pc.binary_length(lines)).as_py() > csv.field_size_limit():
            return None
        names = [str(index) for index in range(self.width)]
        columns = {field_name: names[index] for field_name, index in self.column_indexes.items()}
        try:
            # Arrow decodes only the mapped columns.
            block.decode("utf-8")
            delimiter = "," if self.quoted else "\t"
            table = _read(block, delimiter, names, list(dict.fromkeys(columns.values())))
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        if table.num_rows != len(lines):
            return None
        raw = {
            field_name: table.column(name).combine_chunks() for field_name, name in columns.items()
        }
        if not self.quoted:
            no_text = pa.scalar(None, pa.string())
            raw = {name: pc.if_else(pc.starts_with(c, '"'), no_text, c) for name, c in raw.items()}
        for field_name in raw.keys() & _LISTS:
            raw[field_name] = _split(raw[field_name])
        return row_columns(self.fields, raw, len(lines))


def _read(block: bytes, delimiter: str, names: list[str], mapped: list[str]) -> pa.Table:
    return arrow_csv.read_csv(
        pa.BufferReader(block),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=len(block) + 1, column_names=names
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=mapped,
            strings_can_be_null=False,
        ),
    )


def _split(cells: pa.StringArray) -> pa.ListArray:
    """The texts of each cell; null for an empty cell."""
    lists = pc.split_pattern(cells, SEPARATOR)
    # Arrow splits an empty cell into one empty text. With null, the row reader reads the row.
    alone = pc.or_(pc.equal(cells, ""), pc.match_substring_regex(cells, _SPACE_AROUND_A_VALUE))
    return pc.if_else(alone, pa.scalar(None, lists.type), lists)


def _csv_cells(record: bytes, field_name: str) -> list[str]:
    _require_record(record, field_name)
    # Python's reader accepts a quote inside an unquoted cell; other readers do not.
    if not _CSV_RECORD.fullmatch(record):
        raise InvalidRequestError(field_name, "is not quoted as RFC 4180 says")
    try:
        return next(csv.reader([_decoded(record, field_name)], strict=True))
    except csv.Error:
        raise InvalidRequestError(field_name, "holds a cell that is too long") from None


def _tsv_cells(record: bytes, field_name: str) -> list[str]:
    _require_record(record, field_name)
    match = _TSV_RECORD.fullmatch(record)
    if match is None:
        raise InvalidRequestError(field_name, "holds a line break")
    return _decoded(match[1], field_name).split("\t")


def _require_record(record: bytes, field_name: str) -> None:
    if not record.strip():
        raise InvalidRequestError(field_name, "is blank")
    if len(record) > MAX_LINE_BYTES:
        raise InvalidRequestError(field_name, "is too long")


def _decoded(record: bytes, field_name: str) -> str:
    try:
        return record.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequestError(field_name, "is not UTF-8") from None

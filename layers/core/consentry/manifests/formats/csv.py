"""A CSV manifest (RFC 4180, UTF-8, a header on top), read through the mapping that its request declares.

A row goes on while its quotes are odd in number. So a quote too many takes the rows after it into one that is
malformed, up to the next odd one, and never lets a row begin inside a quoted field.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.jsonl import read_row
from consentry.manifests.model import MAX_LINE_BYTES, ManifestRow

SEPARATOR = ";"
"""Between several people, or several data categories, in one column."""

_CELL = rb'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
_RECORD = re.compile(_CELL + rb"(?:," + _CELL + rb")*+(?:\r?\n)?")
_ONE = ("collected_at", "collected_by", "recording", "onset", "duration", "item")
_MANY = ("data", "people", "derived_from")


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
class CsvRowReader:
    """Reads CSV; each record below the header is a row.

    `fields` reads documents with the names of our fields; `column_indexes` has the column of each.
    """

    fields: FieldMapping
    column_indexes: Mapping[str, int]
    width: int
    needs_two_passes = has_recordings = has_durations = False

    @classmethod
    def of(cls, fields: FieldMapping, header: bytes) -> Self:
        """The reader below a header; InvalidRequestError unless it has each mapped column exactly once."""
        columns = _cells(header.removeprefix(BOM_UTF8), "header")
        renamed, column_indexes = {}, {}
        for field_name in (*_ONE, *_MANY):
            said = getattr(fields, field_name)
            if said is None or said.field is None:
                continue
            if columns.count(said.field) != 1:
                raise InvalidRequestError("header", "has not each column that `fields` names, once")
            renamed[field_name] = said.model_copy(update={"field": field_name})
            column_indexes[field_name] = columns.index(said.field)
        return cls(fields.model_copy(update=renamed), column_indexes, len(columns))

    def scan(self, line: bytes) -> Iterable[str]:
        """The people that a record names."""
        try:
            return [person for person, _ in self.row(line).people]
        except InvalidRequestError:
            return ()

    def row(self, line: bytes) -> ManifestRow:
        """The record's item."""
        return read_row(self.fields, self.document(line))

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The record's mapped cells, by our own names."""
        cells = _cells(line, "line")
        if len(cells) != self.width:
            raise InvalidRequestError("line", "has not as many columns as the header")
        document: dict[str, Any] = {
            field_name: cells[place] for field_name, place in self.column_indexes.items()
        }
        for many in document.keys() & _MANY:
            document[many] = document[many].split(SEPARATOR) if document[many] else []
        if SEPARATOR in document.get("item", ""):
            # Where it is named as a source it would be two other items.
            document["item"] = None
        return document

    def speech_duration(self, line: bytes) -> None:
        """Each record is alone."""


def _cells(record: bytes, field_name: str) -> list[str]:
    if not record.strip():
        raise InvalidRequestError(field_name, "is blank")
    if len(record) > MAX_LINE_BYTES:
        raise InvalidRequestError(field_name, "is too long")
    # Python's reader accepts a quote inside an unquoted cell; other readers do not.
    if not _RECORD.fullmatch(record):
        raise InvalidRequestError(field_name, "is not quoted as RFC 4180 says")
    try:
        return next(csv.reader([record.decode("utf-8")], strict=True))
    except UnicodeDecodeError:
        raise InvalidRequestError(field_name, "is not UTF-8") from None
    except csv.Error:
        raise InvalidRequestError(field_name, "holds a cell that is too long") from None

"""Reads JSON lines, one object a line: by row, and by column where Arrow reads the same."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import (
    MAX_BYTES,
    MAX_DEPTH,
    constant,
    integer,
    load_object,
    number,
)
from consentry.manifests.block import line_bytes
from consentry.manifests.field_mapping import EACH, FieldMapping, Steps
from consentry.manifests.model import MAX_LINE_BYTES
from consentry.manifests.row_columns import RowColumns, column_at, row_columns
from consentry.manifests.row_fields import DocumentReader

_TEXT = pa.string()
_NO_OPENINGS = bytes(set(range(256)) - set(b"[{\n"))
_ARROW_NUMBERS = (b"NaN", b"Inf")
"""Arrow reads these as numbers. They are rare, so a block that contains one is read row by row."""


class JsonlRowReader(DocumentReader):
    """Reads JSON lines, one object a line."""

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The object of a line; InvalidRequestError for a blank line."""
        if not line.strip():
            raise InvalidRequestError("line", "is blank")
        if len(line) > MAX_LINE_BYTES:
            raise InvalidRequestError("line", "is too long")
        return load_object(line, _ROW_DECODER)


@dataclass(frozen=True)
class JsonlColumnReader:
    """Reads blocks with Arrow, where it reads exactly what the row reader reads.

    The mapped fields have the types of the manifest's first row. Arrow parses a block as JSON
    values one after another, independent of line ends. So a block is read here only if:

    - each line starts with `{` and ends with `}`. Then no value spans two lines, since JSON has a
      comma between `}` and `{`.
    - Arrow finds as many values as there are lines. Then no line has two values.
    """

    fields: FieldMapping
    schema: pa.Schema

    @classmethod
    def like(cls, fields: FieldMapping, first_row: bytes) -> Self | None:
        """The reader for rows like the first one; None if a field of it has no column type."""
        try:
            document = JsonlRowReader(fields).document(first_row)
            return cls(fields, pa.schema(list(_type(document, fields.paths.values()))))
        except (InvalidRequestError, LookupError, TypeError):
            return None

    def read(self, lines: pa.BinaryArray) -> RowColumns | None:
        """The lines as columns; None if they must be read in smaller blocks, or one by one."""
        block = line_bytes(lines)
        if not _arrow_reads_alike(lines, bytes(block)):
            return None
        try:
            table = arrow_json.read_json(
                pa.BufferReader(pa.py_buffer(block)),
                read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1),
                parse_options=arrow_json.ParseOptions(
                    explicit_schema=self.schema, unexpected_field_behavior="ignore"
                ),
            )
            if table.num_rows != len(lines):
                return None
            raw = {
                field_name: column_at(table, path) for field_name, path in self.fields.paths.items()
            }
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        return row_columns(self.fields, raw, len(lines))


def _arrow_reads_alike(lines: pa.BinaryArray, block: bytes) -> bool:
    """Whether Arrow reads these bytes as the strict reader does."""
    if not block.startswith(b"{") or not block.endswith((b"}\n", b"}", b"}\r\n")):
        return False
    if len(lines) - 1 not in (block.count(b"}\n{"), block.count(b"}\r\n{")):
        return False
    if any(word in block for word in _ARROW_NUMBERS):
        return False
    if max(map(len, set(block.translate(None, _NO_OPENINGS).split(b"\n")))) > MAX_DEPTH:
        return False
    if pc.max(pc.binary_length(lines)).as_py() > MAX_BYTES:
        return False
    try:
        return block.isascii() or bool(block.decode("utf-8"))
    except UnicodeDecodeError:
        return False


_UNKNOWN = object()
"""Stands for the values in a list that is empty in the first row."""


def _type(value: Any, paths: Collection[Steps]) -> pa.DataType:
    """The type of a value that has the fields of the paths.

    LookupError or TypeError if it has none: a field is missing, or one path is part of another.
    """
    if () in paths:
        if len(paths) > 1:
            raise KeyError
        return _type_of_field(value)
    if any(path[0] == EACH for path in paths):
        if {path[0] for path in paths} != {EACH}:
            raise TypeError
        if not isinstance(value, list) and value is not _UNKNOWN:
            raise TypeError
        first = value[0] if isinstance(value, list) and value else _UNKNOWN
        return pa.list_(_type(first, [path[1:] for path in paths]))
    below = defaultdict[str, list[Steps]](list)
    for step, *rest in paths:
        below[step].append(tuple(rest))
    known = value is not _UNKNOWN
    return pa.struct(
        [(s, _type(value[s] if known else _UNKNOWN, rests)) for s, rests in below.items()]
    )


def _type_of_field(value: Any) -> pa.DataType:
    """The type of a text, or of a list of texts or of people."""
    if isinstance(value, str) or value is _UNKNOWN:
        return _TEXT
    if not isinstance(value, list):
        raise TypeError
    if value and isinstance(value[0], dict):
        # Both fields, also if the first person has no role: without a column, roles would
        # be ignored.
        return pa.list_(pa.struct([("person", _TEXT), ("role", _TEXT)]))
    return pa.list_(_TEXT)


_UNCLEAR = object()
"""The value of a name that an object gives twice, and of a number beyond our limits.

It is an error only in a mapped field. Other fields are passed on and not evaluated.
"""


def _object_of_row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        value |= {
            name: _UNCLEAR for name, times in Counter(n for n, _ in pairs).items() if times > 1
        }
    return value


def _or_unclear(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def read_or_unclear(digits: str) -> Any:
        try:
            return read(digits)
        except InvalidRequestError:
            return _UNCLEAR

    return read_or_unclear


_ROW_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of_row,
    parse_int=_or_unclear(integer),
    parse_float=_or_unclear(number),
    parse_constant=constant,
)

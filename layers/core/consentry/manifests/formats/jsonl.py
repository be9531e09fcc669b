"""Reads JSON lines, one object a line: by row, and by column where Arrow reads the same."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
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
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.lines import line_bytes
from consentry.manifests.model import MAX_LINE_BYTES, ManifestRow
from consentry.manifests.row_columns import RowColumns, mapped_paths, row_columns
from consentry.manifests.row_fields import read_row

_TEXT = pa.string()
_NO_OPENINGS = bytes(set(range(256)) - set(b"[{\n"))
_ARROW_NUMBERS = (b"NaN", b"Inf")
"""Arrow reads these as numbers. They are rare, so a block that contains one is read row by row."""


@dataclass(frozen=True)
class JsonlRowReader:
    """The `RowReader` of JSON lines; each line is an item of its own."""

    fields: FieldMapping
    has_recordings = has_durations = False

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line."""
        return read_row(self.fields, self.document(line))

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The object of a line; InvalidRequestError for a blank line."""
        if not line.strip():
            raise InvalidRequestError("line", "is blank")
        if len(line) > MAX_LINE_BYTES:
            raise InvalidRequestError("line", "is too long")
        return load_row(line)

    def speech_duration(self, line: bytes) -> None:
        """No line is part of a recording."""


@dataclass(frozen=True)
class JsonlColumnReader:
    """Reads blocks with Arrow, where it reads exactly what the row reader reads.

    The mapped fields have the types of the manifest's first row. Arrow parses a block as JSON
    values one after another, independent of line ends. A block is read here only if each line
    starts with `{` and ends with `}` (then no value spans two lines, since JSON has a comma between
    `}` and `{`) and Arrow finds as many values as there are lines (then no line has two).
    """

    fields: FieldMapping
    paths: Mapping[str, str]
    schema: pa.Schema

    @classmethod
    def like(cls, fields: FieldMapping, first_row: bytes) -> Self | None:
        """The reader for rows like the first one; None if a field of it has no column type."""
        paths = mapped_paths(fields)
        try:
            document = load_row(first_row)
            types = {path: _type_at(path, document) for path in paths.values()}
            tree = _tree(types)
        except (InvalidRequestError, LookupError, TypeError):
            return None
        return cls(fields, paths, pa.schema(_struct(tree)))

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
            raw = {field_name: _column(table, path) for field_name, path in self.paths.items()}
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


def _column(table: pa.Table, path: str) -> pa.Array:
    first, *steps = path.split(".")
    column = table.column(first).combine_chunks()
    for step in steps:
        column = pc.struct_field(column, step)
    return column


def _type_at(path: str, document: Any) -> pa.DataType:
    value = document
    for step in path.split("."):
        value = value[step]
    return _type(value)


def _type(value: Any) -> pa.DataType:
    """The type of a text, or of a list of texts or of people."""
    if isinstance(value, str):
        return _TEXT
    if not isinstance(value, list):
        raise TypeError
    if value and isinstance(value[0], dict):
        # Both fields, also if the first person has no role: without a column, roles would
        # be ignored.
        return pa.list_(pa.struct([("person", _TEXT), ("role", _TEXT)]))
    return pa.list_(_TEXT)


def _tree(types: Mapping[str, pa.DataType]) -> dict[str, Any]:
    """The types as a tree of objects; KeyError if one path is a prefix of another."""
    tree: dict[str, Any] = {}
    for path, kind in types.items():
        *steps, last = path.split(".")
        branch = tree
        for step in steps:
            branch = branch.setdefault(step, {})
            if not isinstance(branch, dict):
                raise KeyError(path)
        if last in branch:
            raise KeyError(path)
        branch[last] = kind
    return tree


def _struct(tree: Mapping[str, Any]) -> list[pa.Field]:
    return [
        pa.field(name, pa.struct(_struct(kind)) if isinstance(kind, dict) else kind)
        for name, kind in tree.items()
    ]


class _Unclear:
    """Replaces a value that is not clear; no field has this value."""


UNCLEAR = _Unclear()
"""The value of a name that an object gives twice, and of a number beyond our limits."""


def load_row(line: bytes) -> dict[str, Any]:
    """A row's object. An UNCLEAR value is an error only for a mapped field.

    Fields that are not mapped are passed on and not evaluated.
    """
    return load_object(line, _ROW_DECODER)


def _object_of_row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        value |= {
            name: UNCLEAR for name, times in Counter(n for n, _ in pairs).items() if times > 1
        }
    return value


def _or_unclear(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def read_or_unclear(digits: str) -> Any:
        try:
            return read(digits)
        except InvalidRequestError:
            return UNCLEAR

    return read_or_unclear


_ROW_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of_row,
    parse_int=_or_unclear(integer),
    parse_float=_or_unclear(number),
    parse_constant=constant,
)

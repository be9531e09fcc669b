"""Reads JSON lines block by block with Arrow, where it reads exactly what the row reader reads.

Arrow parses a block as JSON values one after another, independent of line ends. A block is read here only if each
line starts with `{` and ends with `}` (then no value spans two lines, since JSON has a comma between `}` and `{`)
and Arrow finds as many values as there are lines (then no line has two).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import MAX_BYTES, MAX_DEPTH
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.row_json import load_row
from consentry.manifests.lines import line_bytes
from consentry.manifests.row_columns import RowColumns, mapped_paths, row_columns

_TEXT = pa.string()
_NO_OPENINGS = bytes(set(range(256)) - set(b"[{\n"))
_SAID_OTHERWISE = (b"NaN", b"Inf")
"""Arrow reads these as numbers. They are rare, so a block that contains one is read row by row."""


@dataclass(frozen=True)
class JsonlColumnReader:
    """Reads blocks whose mapped fields have the types that the manifest's first row has."""

    fields: FieldMapping
    paths: Mapping[str, str]
    schema: pa.Schema

    @classmethod
    def like(cls, fields: FieldMapping, first_row: bytes) -> Self | None:
        """The reader of rows like the first one; None if its fields have no types that can be columns."""
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
        if not _read_alike(lines, bytes(block)):
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


def _read_alike(lines: pa.BinaryArray, block: bytes) -> bool:
    """Whether Arrow reads these bytes as the strict reader does: what it is laxer in must not be there."""
    if not block.startswith(b"{") or not block.endswith((b"}\n", b"}", b"}\r\n")):
        return False
    if len(lines) - 1 not in (block.count(b"}\n{"), block.count(b"}\r\n{")):
        return False
    if any(word in block for word in _SAID_OTHERWISE):
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
    """The type of texts, or of lists of texts or of people, as they are written."""
    if isinstance(value, str):
        return _TEXT
    if not isinstance(value, list):
        raise TypeError
    if value and isinstance(value[0], dict):
        # Both, whatever the first person has: a role that is no column would not be seen in any row.
        return pa.list_(pa.struct([("person", _TEXT), ("role", _TEXT)]))
    return pa.list_(_TEXT)


def _tree(types: Mapping[str, pa.DataType]) -> dict[str, Any]:
    """The types as objects have them; KeyError if one path leads to or through another's end."""
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

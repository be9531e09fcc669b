"""A block of rows: the unit in which a manifest is read and evaluated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from consentry.manifests.model import ManifestRow, SpeechDuration
from consentry.manifests.row_columns import RowColumns


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are evaluated together.

    `rows`: as they are written to an output. `columns`: the mapped fields as Arrow columns, or None
    if the rows cannot be read by column. `row`: reads one row by its index; InvalidRequestError
    names the field that is missing or invalid. `source`: reads the row of an item by its id;
    InvalidRequestError if there is no such row, or if it cannot be read; None if no row is derived.
    `speech_duration`: reads the speech of one row by its index; None if rows have no recordings.
    """

    rows: pa.BinaryArray | pa.RecordBatch
    columns: RowColumns | None
    row: Callable[[int], ManifestRow]
    source: Callable[[str], ManifestRow] | None = None
    speech_duration: Callable[[int], SpeechDuration | None] | None = None


def lines_of(block: bytes) -> pa.BinaryArray:
    """The lines of a block that is not empty; the last one may lack its ending."""
    return next(lines_in_parts(block, len(block)))


def lines_in_parts(block: bytes, max_lines: int) -> Iterator[pa.BinaryArray]:
    """The lines of a block, at most `max_lines` at once; the last one may lack its ending."""
    content, end = pa.py_buffer(block), 0
    while end < len(block):
        # bytes.find is four times faster than comparing each octet in Arrow.
        offsets = [end]
        while len(offsets) <= max_lines and (end := block.find(b"\n", end) + 1):
            offsets.append(end)
        if not end:
            end = len(block)
            if offsets[-1] < end:
                offsets.append(end)
        buffers = [None, pa.array(offsets, pa.int32()).buffers()[1], content]
        if len(offsets) > 1:
            yield pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def line_bytes(lines: pa.BinaryArray) -> memoryview:
    """The bytes of the lines, concatenated."""
    first, last = lines.offset, lines.offset + len(lines)
    offsets = memoryview(lines.buffers()[1]).cast("i")
    return memoryview(lines.buffers()[2] or b"")[offsets[first] : offsets[last]]

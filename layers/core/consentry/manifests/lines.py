"""A block of whole lines as one array, without copying: each line with its ending."""

import pyarrow as pa


def lines_of(block: bytes) -> pa.BinaryArray:
    """The lines of a block that is not empty; the last one may lack its ending."""
    # bytes.find is four times faster than comparing each octet in Arrow.
    offsets, end = [0], 0
    while end := block.find(b"\n", end) + 1:
        offsets.append(end)
    if offsets[-1] < len(block):
        offsets.append(len(block))
    buffers = [None, pa.array(offsets, pa.int32()).buffers()[1], pa.py_buffer(block)]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def halves(lines: pa.BinaryArray) -> tuple[pa.BinaryArray, pa.BinaryArray]:
    """The first and the second half of some lines."""
    middle = len(lines) // 2
    return lines.slice(0, middle), lines.slice(middle)


def line_bytes(lines: pa.BinaryArray) -> memoryview:
    """The bytes of the lines, concatenated."""
    first, last = lines.offset, lines.offset + len(lines)
    offsets = memoryview(lines.buffers()[1]).cast("i")
    return memoryview(lines.buffers()[2] or b"")[offsets[first] : offsets[last]]

"""A block of whole lines as one array, without copying: each line with its ending."""

import pyarrow as pa
import pyarrow.compute as pc

_NEWLINE = 10


def lines_of(block: bytes) -> pa.BinaryArray:
    """The lines of a block that is not empty; the last one may lack its ending."""
    content = pa.py_buffer(block)
    octets = pa.Array.from_buffers(pa.uint8(), len(block), [None, content])
    ends = pc.cast(pc.add(pc.indices_nonzero(pc.equal(octets, _NEWLINE)), 1), pa.int32())
    rest = [] if block.endswith(b"\n") else [len(block)]
    offsets = pa.concat_arrays([_int32([0]), ends, _int32(rest)])
    return pa.Array.from_buffers(
        pa.binary(), len(offsets) - 1, [None, offsets.buffers()[1], content]
    )


def halves(lines: pa.BinaryArray) -> tuple[pa.BinaryArray, pa.BinaryArray]:
    """The first and the second half of some lines."""
    middle = len(lines) // 2
    return lines.slice(0, middle), lines.slice(middle)


def bytes_of(lines: pa.BinaryArray) -> memoryview:
    """The bytes of the lines as they stand one after another."""
    first, last = lines.offset, lines.offset + len(lines)
    offsets = memoryview(lines.buffers()[1]).cast("i")
    return memoryview(lines.buffers()[2] or b"")[offsets[first] : offsets[last]]


def _int32(values: list[int]) -> pa.Array:
    return pa.array(values, pa.int32())

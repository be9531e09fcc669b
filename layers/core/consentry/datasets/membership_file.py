"""The people of a data set in one file: their names' digests, sorted, behind a table that says where each begins.

4 bytes for each of 1,025 bounds, then 16 bytes a person: bound `n` is how many entries begin with fewer than `n` in
their first ten bits. Whether somebody is in it takes two short reads: two bounds, and the entries between them.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise

from consentry.kernel.errors import UnavailableError

ENTRY, BOUND, BUCKETS = 16, 4, 1024
HEADER = BOUND * (BUCKETS + 1)

type ReadRange = Callable[[int, int], bytes]
"""Reads so many bytes of a file, from an offset on; fewer only where the file ends."""


def entry_for(name: str) -> bytes:
    """What stands for a person's random name: the first half of its SHA-256."""
    return hashlib.sha256(name.encode("ascii")).digest()[:ENTRY]


def build_membership_file(names: Iterable[str]) -> bytes:
    """The file of these people."""
    entries = sorted({entry_for(name) for name in names})
    bounds = (bisect_left(entries, _first_of(place)) for place in range(BUCKETS))
    header = b"".join(bound.to_bytes(BOUND) for bound in (*bounds, len(entries)))
    return header + b"".join(entries)


def contains(read: ReadRange, name: str) -> bool:
    """Whether the person of this name is in the file; UnavailableError if the file is none of ours."""
    entry = entry_for(name)
    bounds = _whole(read, BOUND * _place(entry), 2 * BOUND)
    first, end = int.from_bytes(bounds[:BOUND]), int.from_bytes(bounds[BOUND:])
    if first > end:
        raise _damaged()
    if first == end:
        return False
    near = _whole(read, HEADER + ENTRY * first, ENTRY * (end - first))
    entries = [near[at : at + ENTRY] for at in range(0, len(near), ENTRY)]
    # Never "not in it" from a file that cannot be trusted: that would leave a data set clean.
    in_order = all(one < next_one for one, next_one in pairwise(entries))
    if not in_order or {_place(each) for each in entries} != {_place(entry)}:
        raise _damaged()
    return entry in entries


def _place(entry: bytes) -> int:
    return int.from_bytes(entry[:2]) >> 6


def _first_of(place: int) -> bytes:
    return (place << 6).to_bytes(2)


def _whole(read: ReadRange, offset: int, length: int) -> bytes:
    part = read(offset, length)
    if len(part) != length:
        raise _damaged()
    return part


def _damaged() -> UnavailableError:
    return UnavailableError("the file of a data set's people is damaged")

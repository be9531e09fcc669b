"""Membership files: the people of a data set, as sorted digests of their pseudonyms.

A file begins with 1,025 bounds of 4 bytes each. Bound `n` counts the entries that have a value
below `n` in their first ten bits. The entries follow, 16 bytes for each person. A lookup needs two
short reads: two bounds, and the entries between them.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from consentry.kernel.errors import UnavailableError
from consentry.kernel.schema import Sha256, StrictModel

ENTRY, BOUND, BUCKETS = 16, 4, 1024
HEADER = BOUND * (BUCKETS + 1)

type ReadRange = Callable[[int, int], bytes]
"""Reads bytes from an offset: `(offset, length)`. Returns fewer bytes only at the end of a file."""


class MembershipFile(StrictModel):
    """Where the membership file of a data set is stored.

    `version`: the version of the object that the screening wrote. Other versions under the key are
    not trusted.
    """

    key: str
    version: str | None = None
    sha256: Sha256
    bytes: int
    people_count: int


class MembershipFileRepository(Protocol):
    """The membership files of data sets."""

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each file lists the person with this pseudonym, in the order of the files.

        INVARIANT: True for a missing or damaged file, which may list everyone. Other failures are raised.
        """


def entry_for(pseudonym: str) -> bytes:
    """The entry of a person: the first half of the pseudonym's SHA-256."""
    return hashlib.sha256(pseudonym.encode("ascii")).digest()[:ENTRY]


def build_membership_file(pseudonyms: Iterable[str]) -> bytes:
    """The content of the file that lists these people."""
    entries = sorted({entry_for(pseudonym) for pseudonym in pseudonyms})
    bounds = (bisect_left(entries, (bucket << 6).to_bytes(2)) for bucket in range(BUCKETS))
    header = b"".join(bound.to_bytes(BOUND) for bound in (*bounds, len(entries)))
    return header + b"".join(entries)


def contains(read: ReadRange, pseudonym: str) -> bool:
    """Whether a file lists the person with this pseudonym; UnavailableError if it is damaged."""
    entry = entry_for(pseudonym)
    bounds = _read_all(read, BOUND * _bucket(entry), 2 * BOUND)
    first, end = int.from_bytes(bounds[:BOUND]), int.from_bytes(bounds[BOUND:])
    if first > end:
        raise _damaged()
    if first == end:
        return False
    content = _read_all(read, HEADER + ENTRY * first, ENTRY * (end - first))
    entries = [content[at : at + ENTRY] for at in range(0, len(content), ENTRY)]
    # A damaged file must never answer False: the data set would stay clean.
    in_order = all(lower < upper for lower, upper in pairwise(entries))
    if not in_order or {_bucket(other) for other in entries} != {_bucket(entry)}:
        raise _damaged()
    return entry in entries


def _bucket(entry: bytes) -> int:
    """The first ten bits of an entry."""
    return int.from_bytes(entry[:2]) >> 6


def _read_all(read: ReadRange, offset: int, length: int) -> bytes:
    content = read(offset, length)
    if len(content) != length:
        raise _damaged()
    return content


def _damaged() -> UnavailableError:
    return UnavailableError("the membership file of a data set is damaged")

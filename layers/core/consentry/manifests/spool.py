"""Stores a manifest on disk while it is screened, so that every pass reads the same bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from consentry.kernel.errors import InvalidRequestError

MAX_MANIFEST_BYTES = 2 * 1024 * 1024 * 1024
"""The manifest, its outputs and the reasons are on the function's disk at the same time."""

GZIP = b"\x1f\x8b\x08"
"""How a gzip member begins (RFC 1952): every one is deflated."""


@dataclass(frozen=True)
class Spool:
    """A manifest on disk, at its beginning or anywhere; its digest and its size in bytes."""

    content: IO[bytes]
    sha256: str
    bytes: int


@contextmanager
def spool_to_disk(chunks: Iterable[bytes]) -> Iterator[Spool]:
    """The manifest in these chunks; InvalidRequestError if it is too long to be screened in one piece, or gzip."""
    with TemporaryFile() as content:
        sha256 = hashlib.sha256()
        for chunk in chunks:
            sha256.update(chunk)
            content.write(chunk)
            if content.tell() > MAX_MANIFEST_BYTES:
                raise InvalidRequestError("manifest", f"is longer than {MAX_MANIFEST_BYTES} bytes")
        length = content.tell()
        content.seek(0)
        if content.read(len(GZIP)) == GZIP:
            # Unpacked it might be of any size, and its rows could not pass byte for byte.
            raise InvalidRequestError("manifest", "is compressed: unpack it first")
        yield Spool(content, sha256.hexdigest(), length)

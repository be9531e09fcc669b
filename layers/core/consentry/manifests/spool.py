"""Stores a manifest on disk during its screening, so that every pass reads the same bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits

GZIP = b"\x1f\x8b\x08"
"""The first bytes of a gzip file (RFC 1952)."""


@dataclass(frozen=True)
class Spool:
    """A manifest on disk, with its digest and its size in bytes."""

    content: IO[bytes]
    sha256: str
    bytes: int


@contextmanager
def spool_to_disk(
    chunks: Iterable[bytes], limits: ScreeningLimits = DEFAULT_LIMITS
) -> Iterator[Spool]:
    """Write the manifest to disk; InvalidRequestError if it is too long, or gzip."""
    with TemporaryFile() as content:
        sha256 = hashlib.sha256()
        for chunk in chunks:
            sha256.update(chunk)
            content.write(chunk)
            if content.tell() > limits.max_manifest:
                raise InvalidRequestError("manifest", f"is longer than {limits.max_manifest} bytes")
        length = content.tell()
        content.seek(0)
        if content.read(len(GZIP)) == GZIP:
            # Its size is not known, and its rows could not be written byte for byte.
            raise InvalidRequestError("manifest", "is compressed: unpack it first")
        yield Spool(content, sha256.hexdigest(), length)

"""Stores a manifest on disk during its screening, so that every pass reads the same bytes."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

import pyarrow as pa

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.file_kinds import GZIP, HEAD, ZSTD, require_readable
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.memory import limited_allocations
from consentry.manifests.model import ManifestFormat

MAX_RATIO = 200
"""How much longer a manifest may be than the packed file. JSON lines are 5 to 50 times as long."""

_SMALL = 16 * 1024 * 1024
"""Up to this size the ratio does not matter."""

_PIECE = 256 * 1024
"""The bytes that are unpacked at once."""


@dataclass(frozen=True)
class Spool:
    """A manifest on disk, without its packing.

    `sha256` and `bytes`: of the stored object. `unpacked_bytes`: of the content.
    """

    content: IO[bytes]
    sha256: str
    bytes: int
    unpacked_bytes: int


@contextmanager
def spool_to_disk(
    chunks: Iterable[bytes],
    form: ManifestFormat = ManifestFormat.JSONL,
    limits: ScreeningLimits = DEFAULT_LIMITS,
) -> Iterator[Spool]:
    """Write the manifest to disk, and unpack gzip and zstd.

    InvalidRequestError if it is too long, damaged, or in a packing or encoding that is not read.
    """
    with TemporaryFile() as content:
        stored = _Stored(chunks, limits.max_manifest)
        head = stored.peek(HEAD)
        is_gzip, is_zstd = head.startswith(GZIP), head.startswith(ZSTD)
        is_packed = (is_gzip or is_zstd) and form is not ManifestFormat.PARQUET
        if is_packed:
            pieces = _gunzip(stored) if is_gzip else _unpack_zstd(stored, limits.decoding)
        else:
            pieces = stored.pieces()
        for piece in pieces:
            if not content.tell():
                require_readable(piece[:HEAD], form, is_packed=is_packed)
            content.write(piece)
            if content.tell() > limits.max_manifest:
                raise _too_long(limits.max_manifest)
            if is_packed and content.tell() > max(_SMALL, MAX_RATIO * stored.bytes):
                raise InvalidRequestError(
                    "manifest", f"unpacks to more than {MAX_RATIO} times its size"
                )
        yield Spool(content, stored.sha256.hexdigest(), stored.bytes, content.tell())


class _Stored:
    """The bytes of an object, read once, with their digest."""

    def __init__(self, chunks: Iterable[bytes], max_bytes: int) -> None:
        self._chunks, self._max_bytes = iter(chunks), max_bytes
        self._left = b""
        self.sha256 = hashlib.sha256()
        self.bytes = 0
        self.closed = False
        """Arrow reads this on every file."""

    def close(self) -> None:
        """Arrow calls this at the end, and else prints an error."""
        self.closed = True

    def peek(self, size: int) -> bytes:
        """The first bytes, which are read again later."""
        while len(self._left) < size and (chunk := next(self._chunks, b"")):
            self._left += self._counted(chunk)
        return self._left[:size]

    def pieces(self) -> Iterator[bytes]:
        """The rest, in pieces."""
        while piece := self.read(_PIECE):
            yield piece

    def read(self, size: int) -> bytes:
        """Up to `size` of the next bytes; none at the end."""
        if not self._left:
            # An empty chunk is not the end.
            self._left = self._counted(next((c for c in self._chunks if c), b""))
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    def _counted(self, chunk: bytes) -> bytes:
        self.sha256.update(chunk)
        self.bytes += len(chunk)
        if self.bytes > self._max_bytes:
            raise _too_long(self._max_bytes)
        return chunk


def _gunzip(stored: _Stored) -> Iterator[bytes]:
    """The content of a gzip file, in pieces; it may have several members (RFC 1952)."""
    unpacker = None
    while packed := stored.read(_PIECE):
        # Some tools fill the last block with zeros, which may reach into the next piece.
        while packed := packed if unpacker else packed.lstrip(b"\0"):
            unpacker = unpacker or zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                piece = unpacker.decompress(packed, _PIECE)
            except zlib.error:
                raise _damaged("gzip") from None
            yield piece
            if unpacker.eof:
                packed, unpacker = unpacker.unused_data, None
            else:
                packed = unpacker.unconsumed_tail
    if unpacker:
        raise _damaged("gzip")


def _unpack_zstd(stored: _Stored, max_window: int) -> Iterator[bytes]:
    """The content of a zstd file (RFC 8878), in pieces; it may have several frames."""
    # A frame may ask for a window of 2 GB: allocations are limited, whatever it declares.
    with limited_allocations(max_window):
        stream = pa.CompressedInputStream(pa.PythonFile(stored, mode="r"), "zstd")
    read: Callable[[int], bytes] = stream.read
    while True:
        with limited_allocations(max_window):
            try:
                piece = read(_PIECE)
            except OSError:
                raise _damaged("zstd") from None
        if not piece:
            return
        yield piece


def _too_long(max_bytes: int) -> InvalidRequestError:
    return InvalidRequestError(
        "manifest", f"is longer than {max_bytes} bytes, as stored or unpacked"
    )


def _damaged(packing: str) -> InvalidRequestError:
    return InvalidRequestError("manifest", f"is damaged {packing}, or ends early")

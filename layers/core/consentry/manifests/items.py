"""The items of a manifest by their ids, so that what is derived from them finds them."""

from dataclasses import dataclass, field

from consentry.kernel.errors import InvalidRequestError

MAX_BYTES = 1024 * 1024 * 1024
"""As much of the function's memory as items may take."""

OVERHEAD_BYTES = 512
"""Bytes that an item needs in addition to its line: its id and its outcome."""


@dataclass
class Items:
    """All lines are scanned first; then the line of each item can be read.

    `kept`: whether lines are stored, or only ids. Lines need several times less memory than what is read from them.
    """

    kept: bool
    _lines: dict[str, bytes] = field(default_factory=dict)
    _several: set[str] = field(default_factory=set)
    _bytes: int = 0

    def scan(self, item: str, line: bytes) -> None:
        """A line that bears an id, whether or not anything else in it can be read; InvalidRequestError for too many."""
        if item in self._lines:
            self._several.add(item)
        kept = self._lines[item] = line if self.kept else b""
        self._bytes += len(kept) + OVERHEAD_BYTES
        if self._bytes > MAX_BYTES:
            raise InvalidRequestError("manifest", "holds more items than can be known at once")

    def require_unique(self, item: str) -> None:
        """Raise InvalidRequestError if several rows have the id: it is not clear which one is meant."""
        if item in self._several:
            raise InvalidRequestError("item", "is the id of several rows")

    def line(self, item: str) -> bytes:
        """The one line that bears an id; InvalidRequestError, in the words of what is derived from it, for none."""
        if item not in self._lines:
            raise InvalidRequestError(
                "derived_from", "leads to an item that is not in the manifest"
            )
        if item in self._several:
            raise InvalidRequestError("derived_from", "leads to an id that several rows bear")
        return self._lines[item]

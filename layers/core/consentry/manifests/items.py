"""The items of a manifest by their ids, so that what is derived from them finds them."""

from dataclasses import dataclass, field

from consentry.kernel.errors import InvalidRequestError

MAX_BYTES = 1024 * 1024 * 1024
"""As much of the function's memory as items may take."""

OVERHEAD_BYTES = 512
"""Bytes that an item takes besides its line: its id, and what it comes to."""


@dataclass
class Items:
    """All lines are noted first; then the line of each item can be asked for.

    `kept`: whether lines may be asked for; else only ids are kept. Lines and not what was read in them, which takes
    several times their room.
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
        """Raise InvalidRequestError if several rows bear the id: nobody knows which of them it names."""
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

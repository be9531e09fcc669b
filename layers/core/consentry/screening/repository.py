"""Where screening requests, manifests and outputs are stored."""

from collections.abc import Iterable
from typing import IO, Protocol

from consentry.screening.types import MediaType


class ObjectRepository(Protocol):
    """Objects by key, in the place that a screening request came from."""

    def read(self, key: str) -> Iterable[bytes]:
        """An object's bytes, in order and whole, or an error; NotFoundError if there is none."""
        ...

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        """Put an object, from the content's current position; it is stored whole or not at all.

        Returns the version id in a bucket with versioning.
        """
        ...

    def write_if_absent(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless there is one already, whatever it holds; then that one stays as it is."""
        ...

    def write_temporary(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object as `write` does that may be gone some days later."""
        ...

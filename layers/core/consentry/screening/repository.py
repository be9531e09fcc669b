"""Where screening requests, manifests and outputs are stored."""

from collections.abc import Iterable
from enum import StrEnum
from typing import IO, Protocol


class MediaType(StrEnum):
    """The media type of a stored object (RFC 9110, section 8.3)."""

    BYTES = "application/octet-stream"
    JSON = "application/json"
    HTML = "text/html; charset=utf-8"
    JWT = "application/jwt"


class ObjectRepository(Protocol):
    """Objects by key, in the bucket of screening requests."""

    def read(self, key: str) -> Iterable[bytes]:
        """All bytes of an object in order, or an error; NotFoundError if there is no object."""
        ...

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        """Put `content` from its current position, atomically; returns the version id if there is one."""
        ...

    def write_if_absent(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless the key exists, with any content."""
        ...

    def write_temporary(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object as `write` does. It expires some days later."""
        ...

"""What signs data permits."""

from typing import Protocol


class PermitSigner(Protocol):
    """A private key that signs data permits; it never leaves its store."""

    @property
    def kid(self) -> str:
        """The key's id, as a permit's header names it; another key has another id."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature of at most 4,096 bytes: r and s, 32 bytes each."""
        ...

"""Evidence sealed under its customer's key, so that it can be shown again but says nothing beside the key."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def encrypt(text: str, *, secret: bytes, associated_data: str) -> str:
    """The text under AES-SIV (RFC 5297), which needs no randomness; it opens only for what it is `about`."""
    return b64encode(
        _cipher(secret).encrypt(text.encode("utf-8"), [associated_data.encode("utf-8")])
    ).decode()


def decrypt(sealed: str, *, secret: bytes, associated_data: str) -> str:
    """The text that was sealed; UnavailableError if it is damaged, or was sealed otherwise or about another."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only who opens a seal needs it

    try:
        return (
            _cipher(secret)
            .decrypt(b64decode(sealed), [associated_data.encode("utf-8")])
            .decode("utf-8")
        )
    except (InvalidTag, ValueError):
        raise UnavailableError("what was sealed cannot be opened") from None


def _cipher(secret: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - only signed acts need it

    return AESSIV(hmac.digest(secret, b"seal", hashlib.sha512))

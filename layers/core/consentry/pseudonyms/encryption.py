"""Encrypts evidence with a customer's key, so that it can be read again only with that key."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def encrypt(text: str, *, secret: bytes, associated_data: str) -> str:
    """The text encrypted by AES-SIV (RFC 5297), which needs no randomness, in base64.

    It decrypts only with the same `associated_data`.
    """
    encrypted = _cipher(secret).encrypt(text.encode("utf-8"), [associated_data.encode("utf-8")])
    return b64encode(encrypted).decode()


def decrypt(encrypted: str, *, secret: bytes, associated_data: str) -> str:
    """The text; UnavailableError if it is damaged, or was encrypted with another key or associated data."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only signed events need it

    data = [associated_data.encode("utf-8")]
    try:
        return _cipher(secret).decrypt(b64decode(encrypted), data).decode("utf-8")
    except (InvalidTag, ValueError):
        raise UnavailableError("encrypted evidence cannot be decrypted") from None


def _cipher(secret: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - only signed events need it

    return AESSIV(hmac.digest(secret, b"seal", hashlib.sha512))

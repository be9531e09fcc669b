"""Evidence sealed under its customer's key, so that it can be shown again but says nothing beside the key."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def seal(text: str, *, secret: bytes, about: str) -> str:
    """The text under AES-SIV (RFC 5297), which needs no randomness; it opens only for what it is `about`."""
    return b64encode(
        _cipher(secret).encrypt(text.encode("utf-8"), [about.encode("utf-8")])
    ).decode()


def unseal(sealed: str, *, secret: bytes, about: str) -> str:
    """The text that was sealed."""
    return _cipher(secret).decrypt(b64decode(sealed), [about.encode("utf-8")]).decode("utf-8")


def _cipher(secret: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - only signed acts need it

    return AESSIV(hmac.digest(secret, b"seal", hashlib.sha512))

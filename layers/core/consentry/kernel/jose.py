"""Parts of compact JWS: strict base64url, and ECDSA signatures as JOSE writes them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

COORDINATE_BYTES = 32
"""The length of r and of s on the curve P-256."""


def base64url(content: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The content; ValueError for any text that `base64url` would not write."""
    content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if base64url(content) != text:
        raise ValueError("is not base64url without padding")
    return content


def der_to_raw(der: bytes) -> bytes:
    """An ECDSA signature of P-256 as JOSE writes it: r and s of 32 bytes each (RFC 7518, section 3.4).

    `der` is the response of KMS: SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, section 2.2.3). ValueError for
    anything else, also for numbers that are not in their shortest form.
    """
    from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: PLC0415 - only signing needs it
        decode_dss_signature,
    )

    try:
        r, s = decode_dss_signature(der)
    except ValueError:
        raise ValueError("is not an ECDSA signature in DER") from None
    if not all(0 < number < 1 << 8 * COORDINATE_BYTES for number in (r, s)):
        raise ValueError("has a number that is not in the range of P-256")
    return r.to_bytes(COORDINATE_BYTES) + s.to_bytes(COORDINATE_BYTES)

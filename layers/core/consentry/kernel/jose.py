"""Compact JWS as far as a permit needs it: strict base64url, and ECDSA signatures as JOSE writes them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

COORDINATE_BYTES = 32
"""Of r and of s on the curve P-256."""

_SEQUENCE, _INTEGER = 0x30, 0x02


def base64url(content: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The content; ValueError for anything that `base64url` would not have written."""
    content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if base64url(content) != text:
        raise ValueError("is not base64url without padding")
    return content


def der_to_raw(der: bytes) -> bytes:
    """An ECDSA signature of P-256 as JOSE has it, r and s side by side (RFC 7518, section 3.4).

    `der` is what KMS answers: SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, section 2.2.3). ValueError for
    anything else, and for numbers that are not written as briefly as DER asks.
    """
    numbers, after = _element(der, _SEQUENCE)
    r, left = _element(numbers, _INTEGER)
    s, more = _element(left, _INTEGER)
    if after or more:
        raise ValueError("holds more than one ECDSA signature")
    return _coordinate(r) + _coordinate(s)


def _element(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the first element, and what comes after it; a signature of P-256 needs no long lengths."""
    if len(der) < 2 or der[0] != tag or der[1] > 0x7F or len(der) < 2 + der[1]:
        raise ValueError("is no ECDSA signature in DER")
    end = 2 + der[1]
    return der[2:end], der[end:]


def _coordinate(content: bytes) -> bytes:
    number = int.from_bytes(content, signed=True)
    is_brief = len(content) == number.bit_length() // 8 + 1
    if number <= 0 or not is_brief or number.bit_length() > 8 * COORDINATE_BYTES:
        raise ValueError("holds a number that is none of P-256's")
    return number.to_bytes(COORDINATE_BYTES)

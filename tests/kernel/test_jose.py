"""Strict base64url, and ECDSA signatures from DER, checked with the examples of the RFCs."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.jose import base64url, der_to_raw, from_base64url

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SP 800-186, section 3.2.1.3): r and s are below it."""

NUMBERS = st.integers(1, ORDER - 1) | st.integers(1, 2**16)
RFC7515_SIGNATURE = (
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
"""Appendix A.3.1."""


def test_base64url_encodes_the_example_of_rfc_7515_appendix_c() -> None:
    content = bytes([3, 236, 255, 224, 193])

    assert base64url(content) == "A-z_4ME"
    assert from_base64url("A-z_4ME") == content


@given(st.binary(max_size=100))
def test_base64url_round_trips(content: bytes) -> None:
    assert from_base64url(base64url(content)) == content


@pytest.mark.parametrize(
    "text",
    ["A-z_4ME=", "A+z/4ME", "A-z_4MF", "A-z_4M\n", "A", "A-z_ 4ME", "\u00e4AAA", "AAAAA"],
    ids=["padded", "other alphabet", "stray bits", "line end", "short", "space", "text", "length"],
)
def test_non_canonical_base64url_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_base64url(text)


def test_the_rfc_7515_signature_is_read_from_der() -> None:
    raw = from_base64url(RFC7515_SIGNATURE)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])

    assert der_to_raw(encode_dss_signature(r, s)) == raw


@given(NUMBERS, NUMBERS)
def test_every_der_signature_converts_to_64_bytes(r: int, s: int) -> None:
    raw = der_to_raw(encode_dss_signature(r, s))

    assert (int.from_bytes(raw[:32]), int.from_bytes(raw[32:])) == (r, s)


@pytest.mark.parametrize(
    "der",
    [
        "",
        "3006020101020102ff",
        "3007020101020102",
        "3009020101020102020103",
        "3006020100020102",
        "3006020181020102",
        "300702020001020102",
        "30810602010102017f",
        "3026 0221 01" + "00" * 32 + "020101",
    ],
    ids=[
        "empty",
        "bytes after it",
        "cut short",
        "three numbers",
        "zero",
        "negative",
        "leading zeros",
        "a long length",
        "too large",
    ],
)
def test_an_invalid_der_signature_is_rejected(der: str) -> None:
    with pytest.raises(ValueError, match=r"signature|P-256"):
        der_to_raw(bytes.fromhex(der))


@given(st.binary(max_size=80))
def test_arbitrary_bytes_give_a_signature_or_a_value_error(der: bytes) -> None:
    try:
        raw = der_to_raw(der)
    except ValueError:
        return
    assert encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])) == der

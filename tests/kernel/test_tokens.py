"""Tokens are base32 as RFC 4648 has it, however they are made."""

from base64 import b32encode

from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.ids import token


@given(st.binary(min_size=32, max_size=32))
def test_a_token_is_the_first_26_characters_of_the_digests_base32(digest: bytes) -> None:
    assert token(digest) == b32encode(digest).decode("ascii")[:26].lower()

"""Derived ids: `customer~token`, where the token is a digest in base32."""

import hashlib
from typing import NamedTuple, Self

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
# Encodes two characters at a time. Each request needs several tokens, and base64.b32encode is slow.
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]
_SHIFTS = range(120, -1, -10)

TOKEN_PATTERN = r"[a-z2-7]{26}"  # noqa: S105
"""A token as `token` writes it."""

TOKEN_BYTES = 17
"""The bytes that a token encodes: 130 of their 136 bits."""


def token(digest: bytes) -> str:
    """A digest's first 130 bits as 26 lower-case base32 characters (RFC 4648, section 6)."""
    bits = int.from_bytes(digest[:TOKEN_BYTES]) >> 6
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


class CustomerToken(NamedTuple):
    """The two parts of an id `customer~token`: of a decision, a data permit or a data set."""

    customer: str
    token: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The parts of an id; the customer is empty if the text has none."""
        customer, _, token = text.rpartition("~")
        return cls(customer, token)

    def __str__(self) -> str:
        return f"{self.customer}~{self.token}"


def decision_id(customer: str, request_id: str) -> str:
    """The id of the decision for a customer's request id. There is only one."""
    digest = hashlib.sha256(f"{customer}#{request_id}".encode("ascii")).digest()
    return str(CustomerToken(customer, token(digest)))


def permit_id(decision: str, revision: int) -> str:
    """The id of the data permit for a revision of a decision. There is only one."""
    digest = hashlib.sha256(
        f"permit#{decision}#{revision}".encode("utf-8", "surrogatepass")
    ).digest()
    return str(CustomerToken(customer_of(decision), token(digest)))


def customer_of(text: str) -> str:
    """The customer in an id; empty if there is none."""
    return CustomerToken.parse(text).customer


def token_of(text: str) -> str:
    """The token of an id."""
    return CustomerToken.parse(text).token

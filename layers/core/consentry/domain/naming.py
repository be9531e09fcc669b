"""The one place where people get the names that the stores and logs know them by."""

import hashlib
import hmac
from dataclasses import dataclass, field

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
# Two characters at a time: every request needs several tokens, and base64.b32encode is slow.
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]
_SHIFTS = range(120, -1, -10)

NAME_BYTES = 17
"""Random bytes that a person's name is made of: 130 of their 136 bits."""


def token(digest: bytes) -> str:
    """A digest's first 130 bits as 26 lower-case base32 characters (RFC 4648, section 6)."""
    bits = int.from_bytes(digest[:NAME_BYTES]) >> 6
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """A customer's secret key (32 random bytes): it names callers, and says where people's names are kept.

    A person's own name is random and kept beside this key, one item a person: without that item the name is
    nobody's, whoever holds the key.
    """

    customer: str
    secret: bytes = field(repr=False)

    def pseudonym(self, caller: str) -> str:
        """The name of a caller or declarant in every store and log; a token may call its bearer by any text."""
        return token(self._mac(b"caller", caller.encode("utf-8", "surrogatepass")))

    def place(self, person: str) -> str:
        """Where a person's name is kept: no id can be read from it, and with the key a guess can be tested."""
        return token(self._mac(b"person", person.encode("ascii")))

    def spent(self, person: str, act_id: str) -> str:
        """What is kept of the id of a person's act that was erased, or of an erasure that another one followed.

        With the key, it can be tested by who guesses both; not by who knows of an act, and not of whom.
        """
        return token(self._mac(b"act", f"{person}\0{act_id}".encode("ascii")))

    def digest(self, body: bytes) -> str:
        """A keyed digest: tells two bodies apart, and cannot be searched for people without the key."""
        return self._mac(b"body", body).hex()

    def _mac(self, kind: bytes, content: bytes) -> bytes:
        return hmac.digest(self.secret, kind + b"\0" + content, hashlib.sha256)


def decision_id(customer: str, request_id: str) -> str:
    """The id of the one decision that a customer's request id can have: `customer~token`."""
    return (
        f"{customer}~{token(hashlib.sha256(f'{customer}#{request_id}'.encode('ascii')).digest())}"
    )


def permit_id(decision: str, revision: int) -> str:
    """The id of the one permit that a revision of a decision can have: `customer~token`."""
    said = f"permit#{decision}#{revision}".encode("utf-8", "surrogatepass")
    return f"{customer_of(decision)}~{token(hashlib.sha256(said).digest())}"


def customer_of(decision: str) -> str:
    """The customer that a decision's or permit's id names; an empty text where it names none."""
    return decision.rpartition("~")[0]

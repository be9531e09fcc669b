"""The one place where people get the names that the stores and logs know them by."""

import hashlib
import hmac
from dataclasses import dataclass, field

from consentry.kernel.ids import token


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

    def person_partition(self, person: str) -> str:
        """Where a person's name is kept: no id can be read from it, and with the key a guess can be tested."""
        return token(self._mac(b"person", person.encode("ascii")))

    def used_id(self, person: str, consent_event_id: str) -> str:
        """What is kept of the id of a person's act that was erased, or of an erasure that another one followed.

        With the key, it can be tested by who guesses both; not by who knows of an act, and not of whom.
        """
        return token(self._mac(b"act", f"{person}\0{consent_event_id}".encode("ascii")))

    def digest(self, body: bytes) -> str:
        """A keyed digest: tells two bodies apart, and cannot be searched for people without the key."""
        return self._mac(b"body", body).hex()

    def _mac(self, kind: bytes, content: bytes) -> bytes:
        return hmac.digest(self.secret, kind + b"\0" + content, hashlib.sha256)

"""A customer's secret key, which derives callers' pseudonyms and the keys of people's items, and encrypts evidence."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consentry.kernel.errors import UnavailableError
from consentry.kernel.ids import token
from consentry.pseudonyms.similar_ids import normalize_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """A customer's secret key of 32 random bytes.

    A person's pseudonym is random. It is stored next to this key, one item for each person. Without that item, no
    one can link the pseudonym to the person, not even with the key.
    """

    customer: str
    secret: bytes = field(repr=False)

    def pseudonym(self, caller: str) -> str:
        """The pseudonym of a caller in every store and log. The subject of a caller's token may be any text."""
        return token(self._mac(b"caller", caller.encode("utf-8", "surrogatepass")))

    def person_partition(self, person: str) -> str:
        """The partition of a person's pseudonym. It does not reveal the id; with the key, a guess can be tested."""
        return token(self._mac(b"person", person.encode("utf-8")))

    def similar_id(self, person: str) -> str:
        """A digest that is the same for all ids that are equal when normalised; see `normalize_id`."""
        return token(self._mac(b"similar", normalize_id(person).encode("utf-8")))

    def used_id(self, person: str, consent_event_id: str) -> str:
        """What is stored of the id of an erased consent event, or of an erasure that another one followed.

        With the key, a guess of both the person and the id can be tested, but not of one of them alone.
        """
        return token(self._mac(b"consent_event", f"{person}\0{consent_event_id}".encode()))

    def digest(self, body: bytes) -> str:
        """A keyed digest. It distinguishes two bodies, and cannot be searched for people without the key."""
        return self._mac(b"body", body).hex()

    def encrypt(self, text: str, *, associated_data: str) -> str:
        """The text encrypted by AES-SIV (RFC 5297), which needs no randomness, in base64.

        It decrypts only with this key and the same `associated_data`.
        """
        encrypted = self._cipher().encrypt(text.encode("utf-8"), [associated_data.encode("utf-8")])
        return b64encode(encrypted).decode()

    def decrypt(self, encrypted: str, *, associated_data: str) -> str:
        """The text; UnavailableError if it is damaged, or was encrypted with another key or associated data."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only signed events need it

        data = [associated_data.encode("utf-8")]
        try:
            return self._cipher().decrypt(b64decode(encrypted), data).decode("utf-8")
        except (InvalidTag, ValueError):
            raise UnavailableError("encrypted evidence cannot be decrypted") from None

    def _cipher(self) -> "AESSIV":
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415

        return AESSIV(hmac.digest(self.secret, b"seal", hashlib.sha512))

    def _mac(self, purpose: bytes, content: bytes) -> bytes:
        return hmac.digest(self.secret, purpose + b"\0" + content, hashlib.sha256)

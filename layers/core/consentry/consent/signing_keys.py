"""The public keys that customers and people sign consent events with."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEventContent
from consentry.kernel.errors import UnverifiedSignatureError
from consentry.kernel.schema import StrictModel

# 32 bytes in base64url have 43 characters. The last one has two bits that must be zero: otherwise one key
# could be written in four ways, with four thumbprints.
_BYTES_32 = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
Bytes32 = Annotated[str, StringConstraints(strict=True, pattern=_BYTES_32)]

Kid = Bytes32
"""A key's id: its SHA-256 thumbprint (RFC 7638)."""
KID = re.compile(_BYTES_32)


class SigningJwk(StrictModel):
    """A JWK for ES256 (RFC 7518, section 6.2) or for Ed25519, which older libraries call EdDSA (RFC 8037)."""

    kty: Literal["EC", "OKP"]
    crv: Literal["P-256", "Ed25519"]
    x: Bytes32
    y: Bytes32 | None = None
    alg: Literal["ES256", "Ed25519", "EdDSA"] | None = None
    use: Literal["sig"] | None = None
    kid: Kid | None = None

    @model_validator(mode="after")
    def _supported_curve(self) -> Self:
        kind = self.kty, self.crv, self.y is not None
        if kind not in (("EC", "P-256", True), ("OKP", "Ed25519", False)):
            raise ValueError("must be EC on P-256 with x and y, or OKP on Ed25519 with x")
        if self.alg not in (None, *self.algorithms):
            raise ValueError("has an `alg` that does not fit its curve")
        return self

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of the key's curve. The header of a JWS must name one of them, so never `none` or HMAC."""
        return ("ES256",) if self.kty == "EC" else ("Ed25519", "EdDSA")


class SigningKey(StrictModel):
    """A stored key, with the callers who registered and revoked it (pseudonyms) and the times.

    `party`: whose key it is, the customer or the pseudonym of a person. A person who was erased has another pseudonym
    afterwards, so the key signs nothing any more.
    """

    kid: Kid
    jwk: SigningJwk
    party: str
    at: datetime
    registered_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def require_signs(self, consent_event: ConsentEventContent, party: str) -> None:
        """Raise UnverifiedSignatureError unless this key may sign a consent event of this party.

        A person's key signs this person's events. The customer's key signs the customer's own events, and those that
        a representative gives for a person: it never signs as the person.
        """
        represents = self.party == CUSTOMER_PARTY and consent_event.representative is not None
        if self.party != party and not represents:
            raise UnverifiedSignatureError("has a key of another party")

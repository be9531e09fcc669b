"""Keys that customers register to sign acts with: public ones alone, on two curves, named by what they are."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from consentry.kernel.schema import Id, StrictModel

# 32 bytes in base64url have 43 characters, of which the last has two bits that must be zero: else one key
# could be written in four ways, and be named by four thumbprints.
_BYTES_32 = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
Bytes32 = Annotated[str, StringConstraints(strict=True, pattern=_BYTES_32)]

Kid = Bytes32
"""A key's name: the SHA-256 thumbprint of RFC 7638."""
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
    def _one_of_two_kinds(self) -> Self:
        kind = self.kty, self.crv, self.y is not None
        if kind not in (("EC", "P-256", True), ("OKP", "Ed25519", False)):
            raise ValueError("is EC on P-256 with x and y, or OKP on Ed25519 with x")
        if self.alg not in (None, *self.algorithms):
            raise ValueError("names another algorithm than its curve's")
        return self

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What it signs with: a header may only repeat it. `none` and HMAC are no key's."""
        return ("ES256",) if self.kty == "EC" else ("Ed25519", "EdDSA")


class SigningKeyRegistration(StrictModel):
    """A customer registers a key that it signs acts with."""

    customer: Id
    jwk: SigningJwk


class SigningKeyRevocation(StrictModel):
    """A customer revokes a key: it signs no act any more; acts that it signed stay signed."""

    customer: Id
    kid: Kid


class SigningKey(StrictModel):
    """A key as it is kept: by whom it was registered and revoked (pseudonyms), and when."""

    kid: Kid
    jwk: SigningJwk
    at: datetime
    registered_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

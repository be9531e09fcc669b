"""A PermitSigner in memory: a P-256 key with deterministic signatures (RFC 6979)."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from consentry.kernel.jose import der_to_raw

MAX_MESSAGE_BYTES = 4096
"""The longest message that KMS signs with `MessageType=RAW`."""


@dataclass(frozen=True)
class InMemoryPermitSigner:
    """A key with an id; `secret` is its private number."""

    kid: str = "key-1"
    secret: int = 1234567

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key."""
        return ec.derive_private_key(self.secret, ec.SECP256R1())

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature."""
        assert len(message) <= MAX_MESSAGE_BYTES
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return der_to_raw(self.private.sign(message, algorithm))

    @property
    def keys(self) -> Mapping[str, ECKey]:
        """The trusted keys of a verifier that trusts only this key."""
        return {self.kid: ECKey.import_key(self.private.public_key())}

"""A permit signer in memory: a P-256 key with deterministic signatures (RFC 6979)."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from consentry.kernel.jose import der_to_raw
from consentry.permits.signature import MOST_SIGNED, VerifySignature
from consentry_cli.public_keys import es256_verifier


@dataclass(frozen=True)
class InMemoryPermitSigner:
    """A key with an id. Its private number is `secret`."""

    kid: str = "key-1"
    secret: int = 1234567

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key."""
        return ec.derive_private_key(self.secret, ec.SECP256R1())

    def sign(self, message: bytes) -> bytes:
        """Sign a message by ES256."""
        assert len(message) <= MOST_SIGNED
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return der_to_raw(self.private.sign(message, algorithm))

    @property
    def keys(self) -> Mapping[str, VerifySignature]:
        """The trusted keys of a verifier that trusts only this key."""
        return {self.kid: es256_verifier(self.private.public_key())}

"""The key that signs permits, in KMS: it never leaves there, and says by its id which one it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.kernel.jose import der_to_raw

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


@dataclass(frozen=True)
class KmsPermitSigner:
    """The port `Signer`; `arn` is the key's own, not an alias's, which could come to mean another key."""

    arn: str
    client: Callable[[], "KMSClient"]

    @property
    def kid(self) -> str:
        """The key's id in KMS."""
        return self.arn.rpartition("/")[2]

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature, r and s; KMS hashes the message itself."""
        signed = self.client().sign(
            KeyId=self.arn,
            Message=message,
            MessageType="RAW",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        return der_to_raw(signed["Signature"])

    def public_key(self) -> bytes:
        """The key that verifies: a SubjectPublicKeyInfo in DER (RFC 5280, section 4.1)."""
        return self.client().get_public_key(KeyId=self.arn)["PublicKey"]

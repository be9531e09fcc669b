"""The KMS key that signs data permits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.kernel.jose import der_to_raw

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


@dataclass(frozen=True)
class KmsPermitSigner:
    """A PermitSigner. `arn` is the ARN of the key itself: an alias could later name another key."""

    arn: str
    client: Callable[[], "KMSClient"]

    @property
    def kid(self) -> str:
        """The key's id in KMS."""
        return self.arn.rpartition("/")[2]

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature, r and s. KMS computes the digest itself."""
        signed = self.client().sign(
            KeyId=self.arn, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
        )
        return der_to_raw(signed["Signature"])

    def public_key(self) -> bytes:
        """The public key: a SubjectPublicKeyInfo in DER (RFC 5280, section 4.1)."""
        return self.client().get_public_key(KeyId=self.arn)["PublicKey"]

"""The port `Signer` twice: a key in memory, and a key in KMS. What one promises the other does."""

from collections.abc import Iterator
from typing import Protocol

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto import mock_aws

from consentry.permits.kms import KmsPermitSigner
from consentry.permits.signature import MOST_SIGNED, verify
from consentry.permits.signer import PermitSigner
from consentry_cli.public_keys import KeySet, es256_verifier, read_trusted_keys, to_jwk
from tests.testkit.builders.permits import claims
from tests.testkit.builders.permits import signed as permit_signed
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner


class Verified(Protocol):
    """A signer, and the public half of its key."""

    signer: PermitSigner
    public: ec.EllipticCurvePublicKey


class InMemory:
    def __init__(self) -> None:
        self.signer = InMemoryPermitSigner()
        self.public = self.signer.private.public_key()


class InKms:
    def __init__(self) -> None:
        client = boto3.client("kms")
        made = client.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        self.signer = KmsPermitSigner(made["Arn"], lambda: client)
        public = load_der_public_key(self.signer.public_key())
        assert isinstance(public, ec.EllipticCurvePublicKey)
        self.public = public


@pytest.fixture(params=[InMemory, InKms])
def key(request: pytest.FixtureRequest) -> Iterator[Verified]:
    with mock_aws():
        yield request.param()


@pytest.mark.parametrize("message", [b"a", b"h.c", bytes(MOST_SIGNED)], ids=["one", "two", "most"])
def test_only_the_signed_message_verifies_with_its_64_byte_signature(
    key: Verified, message: bytes
) -> None:
    signature, holds = key.signer.sign(message), es256_verifier(key.public)

    assert len(signature) == 64
    assert holds(message, signature)
    assert not holds(message + b".", signature)
    assert not holds(message, signature[32:] + signature[:32])
    assert not holds(message, signature + b"\0")


def test_every_signature_has_64_bytes(key: Verified) -> None:
    # One in 128 has a number that is shorter than the rest.
    assert {len(key.signer.sign(str(n).encode())) for n in range(200)} == {64}


def test_the_permit_header_names_the_signing_key(key: Verified) -> None:
    permit = permit_signed(claims(), key.signer)

    assert verify(permit, {key.signer.kid: es256_verifier(key.public)}) == claims()
    assert "/" not in key.signer.kid


def test_the_public_key_from_kms_verifies_its_signatures() -> None:
    with mock_aws():
        key = InKms()
        jwk = to_jwk(key.signer.public_key(), key.signer.kid)

        permit = permit_signed(claims(), key.signer)

        assert verify(permit, read_trusted_keys(KeySet(keys=(jwk,)).model_dump())) == claims()

"""The contract of PermitSigner, for a key in memory and for a key in KMS."""

from collections.abc import Iterator
from typing import Protocol

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from moto import mock_aws

from consentry.permits.kms import KmsPermitSigner
from consentry.permits.signature import PermitSigner, verify
from consentry_cli.public_keys import KeySet, read_trusted_keys, to_jwk
from tests.testkit.builders.permits import claims
from tests.testkit.builders.permits import signed as permit_signed
from tests.testkit.fakes.permit_signer import MAX_MESSAGE_BYTES, InMemoryPermitSigner

ES256 = JWSRegistry.algorithms["ES256"]


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


@pytest.mark.parametrize(
    "message", [b"a", b"h.c", bytes(MAX_MESSAGE_BYTES)], ids=["one", "two", "most"]
)
def test_only_the_signed_message_verifies_with_its_64_byte_signature(
    key: Verified, message: bytes
) -> None:
    signature, public = key.signer.sign(message), ECKey.import_key(key.public)

    assert len(signature) == 64
    assert ES256.verify(message, signature, public)
    assert not ES256.verify(message + b".", signature, public)
    assert not ES256.verify(message, signature[32:] + signature[:32], public)
    assert not ES256.verify(message, signature + b"\0", public)


def test_every_signature_has_64_bytes(key: Verified) -> None:
    # One in 128 has a number that is shorter than the rest.
    assert {len(key.signer.sign(str(n).encode())) for n in range(200)} == {64}


def test_the_permit_header_names_the_signing_key(key: Verified) -> None:
    permit = permit_signed(claims(), key.signer)

    assert verify(permit, {key.signer.kid: ECKey.import_key(key.public)}) == claims()
    assert "/" not in key.signer.kid


def test_the_public_key_from_kms_verifies_its_signatures() -> None:
    with mock_aws():
        key = InKms()
        jwk = to_jwk(key.signer.public_key(), key.signer.kid)

        permit = permit_signed(claims(), key.signer)

        assert verify(permit, read_trusted_keys(KeySet(keys=(jwk,)).model_dump())) == claims()

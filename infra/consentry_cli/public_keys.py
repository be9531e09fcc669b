"""Public keys that verify permits, as JSON Web Keys (RFC 7517), and the check of a signature."""

from collections.abc import Mapping
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.jose import COORDINATE_BYTES, base64url, from_base64url
from consentry.kernel.schema import StrictModel
from consentry.permits.data_permit import Name
from consentry.permits.signature import VerifySignature


class PublicKey(StrictModel):
    """One key of P-256; a private one, or one for anything else, is out of this contract."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    alg: Literal["ES256"]
    use: Literal["sig"]
    kid: Name
    x: str
    y: str


class KeySet(StrictModel):
    """Keys that are trusted, each by its id."""

    keys: tuple[PublicKey, ...]


def to_jwk(der: bytes, kid: str) -> PublicKey:
    """The key in a SubjectPublicKeyInfo; InvalidRequestError if it is none of P-256."""
    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise InvalidRequestError("key", "is no key of P-256")
    at = key.public_numbers()
    x, y = (base64url(number.to_bytes(COORDINATE_BYTES)) for number in (at.x, at.y))
    return PublicKey(kty="EC", crv="P-256", alg="ES256", use="sig", kid=kid, x=x, y=y)


def read_trusted_keys(document: Mapping[str, Any]) -> dict[str, VerifySignature]:
    """What a key set's keys say of signatures, by key id; InvalidRequestError for what is no such set."""
    keys = KeySet.read(document).keys
    if len({key.kid for key in keys}) < len(keys):
        raise InvalidRequestError("keys", "hold two of one id")
    return {key.kid: es256_verifier(_point(key)) for key in keys}


def _point(key: PublicKey) -> ec.EllipticCurvePublicKey:
    try:
        x, y = (int.from_bytes(from_base64url(number)) for number in (key.x, key.y))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise InvalidRequestError("keys", "hold what is no point of P-256") from None


def es256_verifier(key: ec.EllipticCurvePublicKey) -> VerifySignature:
    """Whether an ES256 signature holds under a key."""

    def holds(message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * COORDINATE_BYTES:
            return False
        r, s = signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:]
        der = utils.encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        try:
            key.verify(der, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    return holds

"""Public keys that verify data permits, as a JSON Web Key set (RFC 7517)."""

from collections.abc import Mapping
from typing import Any, Literal

from joserfc.jwk import ECKey

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import StrictModel
from consentry.permits.data_permit import Name
from consentry.permits.signature import ALGORITHM


class PublicKey(StrictModel):
    """A public P-256 key. The model rejects private keys and keys for other algorithms."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    alg: Literal["ES256"]
    use: Literal["sig"]
    kid: Name
    x: str
    y: str


class KeySet(StrictModel):
    """Trusted keys, each with its id."""

    keys: tuple[PublicKey, ...]


def to_jwk(der: bytes, kid: str) -> PublicKey:
    """The key in a SubjectPublicKeyInfo; InvalidRequestError unless it is a P-256 key."""
    try:
        key = ECKey.import_key(der).as_dict(private=False)
    except ValueError:
        raise InvalidRequestError("key", "is not a public key of P-256") from None
    return PublicKey.read({"alg": ALGORITHM, "use": "sig", "kid": kid} | key)


def read_trusted_keys(document: Mapping[str, Any]) -> dict[str, ECKey]:
    """The keys of a key set, by key id; InvalidRequestError for any other document."""
    keys = KeySet.read(document).keys
    if len({key.kid for key in keys}) < len(keys):
        raise InvalidRequestError("keys", "contain two keys with the same id")
    try:
        return {key.kid: ECKey.import_key(key.model_dump()) for key in keys}
    except ValueError:
        raise InvalidRequestError("keys", "contain a point that is not on P-256") from None

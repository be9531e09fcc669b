"""Data permits as compact JWS (RFC 7515): one fixed header, and one encoding of the claims."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol

from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidPermitSignatureError, InvalidRequestError
from consentry.kernel.jose import base64url, from_base64url
from consentry.permits.data_permit import DataPermit

if TYPE_CHECKING:
    from joserfc.jwk import ECKey

ALGORITHM, TYPE = "ES256", "consentry-permit+jwt"


class PermitSigner(Protocol):
    """A private key that signs data permits and never leaves its store."""

    @property
    def kid(self) -> str:
        """The key's id, as the header of a permit names it. Another key has another id."""

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature of at most 4,096 bytes: r and s, 32 bytes each."""


@dataclass(frozen=True, slots=True)
class IssuedPermit:
    """A permit as it was issued: its claims, and the compact JWS with header and signature."""

    permit: DataPermit
    compact: str

    def require_identical(self, presented: str) -> None:
        """Raise InvalidPermitSignatureError unless this JWS is presented, signature included."""
        if not compare_digest(self.compact.encode(), presented.encode("utf-8", "replace")):
            raise InvalidPermitSignatureError(
                "permit", "is not the permit that was issued under this id"
            )


def sign_permit(permit: DataPermit, signer: PermitSigner) -> IssuedPermit:
    """The permit with its signature."""
    message = signing_input(permit, signer.kid)
    signature = base64url(signer.sign(message))
    return IssuedPermit(permit, f"{message.decode('ascii')}.{signature}")


def signing_input(permit: DataPermit, kid: str) -> bytes:
    """The bytes to sign: the fixed header and the claims, each in its only encoding."""
    return f"{_header(kid)}.{_claims(permit)}".encode("ascii")


def verify(presented: str, keys: Mapping[str, "ECKey"]) -> DataPermit:
    """The claims of a permit that one of these keys (by key id) signed.

    InvalidPermitSignatureError for anything else.
    The caller then checks the permit's time, file, use and audience.
    """
    from joserfc import jws  # noqa: PLC0415 - no Lambda function verifies signatures of permits
    from joserfc.errors import JoseError  # noqa: PLC0415

    # INVARIANT: the header is compared before anything reads it. So it cannot choose an algorithm,
    # a key or an extension.
    header = presented.partition(".")[0]
    key = {_header(kid): key for kid, key in keys.items()}.get(header)
    if key is None:
        raise InvalidPermitSignatureError("header", "is not the header of a trusted key's permit")
    try:
        jws.deserialize_compact(presented, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        raise InvalidPermitSignatureError("signature", "is not valid") from None
    return _read_claims(presented.split(".")[1])


def claimed_by(presented: str) -> DataPermit:
    """The claims of a permit, whoever signed it: they say only which permit it claims to be.

    InvalidPermitSignatureError for anything that is not in the format of permits.
    """
    _, _, rest = presented.partition(".")
    return _read_claims(rest.partition(".")[0])


def _header(kid: str) -> str:
    header = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
    return base64url(json.dumps(header, separators=(",", ":")).encode("ascii"))


def _claims(permit: DataPermit) -> str:
    return base64url(permit.model_dump_json().encode("utf-8"))


def _read_claims(claims: str) -> DataPermit:
    """The claims; InvalidPermitSignatureError for an encoding that we never write."""
    try:
        permit = DataPermit.read(strict_json.load_object(from_base64url(claims)))
    except (ValueError, InvalidRequestError):
        raise InvalidPermitSignatureError("claims", "are not those of a permit") from None
    if _claims(permit) != claims:
        raise InvalidPermitSignatureError("claims", "are not in the encoding of a permit")
    return permit

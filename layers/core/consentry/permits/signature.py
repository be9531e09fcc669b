"""A permit as a compact JWS: one header, one way to write the claims, and nothing else is one (RFC 7515)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest

from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidPermitSignatureError, InvalidRequestError
from consentry.kernel.jose import base64url, from_base64url
from consentry.permits.data_permit import DataPermit

ALGORITHM, TYPE = "ES256", "consentry-permit+jwt"

MOST_SIGNED = 4096
"""Bytes that KMS signs at the most; the longest permit takes some 2,500."""

type VerifySignature = Callable[[bytes, bytes], bool]
"""Whether an ES256 signature (r and s, 64 bytes) over a message holds under one public key."""


@dataclass(frozen=True, slots=True)
class IssuedPermit:
    """A permit as it was handed out: its claims, and the compact JWS with header and signature."""

    permit: DataPermit
    compact: str

    def require_identical(self, presented: str) -> None:
        """InvalidPermitSignatureError for anything but the very permit that was issued, signature included."""
        if not compare_digest(self.compact.encode(), presented.encode("utf-8", "replace")):
            raise InvalidPermitSignatureError(
                "permit", "is not the permit that was issued under this id"
            )


def signing_input(permit: DataPermit, kid: str) -> bytes:
    """What is signed: the fixed header and the claims, each in the one way that they can be written."""
    return f"{_header(kid)}.{_claims(permit)}".encode("ascii")


def compact(signed: bytes, signature: bytes) -> str:
    """The permit as it is handed out; `signature` is r and s."""
    return f"{signed.decode('ascii')}.{base64url(signature)}"


def verify(presented: str, keys: Mapping[str, VerifySignature]) -> DataPermit:
    """The claims of a permit that one of these keys (by key id) signed; InvalidPermitSignatureError for anything else.

    INVARIANT: the header is compared and never read, so it cannot choose an algorithm, a key or an extension.
    Whether the permit is for this time, file, use and audience is the caller's to ask of it.
    """
    header, _, rest = presented.partition(".")
    claims, _, signature = rest.partition(".")
    holds = {_header(kid): holds for kid, holds in keys.items()}.get(header)
    if holds is None:
        raise InvalidPermitSignatureError(
            "header", "is not that of a permit by a key that is trusted here"
        )
    try:
        held = holds(f"{header}.{claims}".encode("ascii"), from_base64url(signature))
    except ValueError:
        held = False
    if not held:
        raise InvalidPermitSignatureError("signature", "does not hold")
    return _read(claims)


def _header(kid: str) -> str:
    said = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
    return base64url(json.dumps(said, separators=(",", ":")).encode("ascii"))


def _claims(permit: DataPermit) -> str:
    return base64url(permit.model_dump_json().encode("utf-8"))


def _read(claims: str) -> DataPermit:
    """The claims, signed by our key: still refused if we could not have written them so."""
    try:
        permit = DataPermit.read(strict_json.load_object(from_base64url(claims)))
    except (ValueError, InvalidRequestError):
        raise InvalidPermitSignatureError("claims", "are not those of a permit") from None
    if _claims(permit) != claims:
        raise InvalidPermitSignatureError("claims", "are not written as a permit's are")
    return permit

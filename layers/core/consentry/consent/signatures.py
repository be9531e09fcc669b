"""A JWS over an act: by which key, with that key's own algorithm, over nothing but the act as it is kept.

joserfc and cryptography are imported when the first signed act comes, since no other act needs them.
"""

import json
import warnings
from base64 import urlsafe_b64decode
from typing import Any

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.signing_keys import KID, SigningJwk
from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidRequestError, UnverifiedSignatureError
from consentry.kernel.jose import base64url

HEADER = {"alg", "kid", "typ"}


def thumbprint(key: SigningJwk) -> str:
    """The key's name (RFC 7638); InvalidRequestError if it is no point on its curve, or names itself otherwise."""
    try:
        name: str = _opened(key).thumbprint()
    except ValueError:
        raise InvalidRequestError("jwk", "is no point on its curve") from None
    if key.kid not in (None, name):
        raise InvalidRequestError("jwk.kid", "is not the thumbprint of the key (RFC 7638)")
    return name


def payload(consent_event: ConsentEvent) -> bytes:
    """What is signed: the act without its signature and without empty fields, as RFC 8785 writes JSON.

    Moments are in UTC with a Z. All of it is ASCII, so sorted names and no spaces are all that RFC 8785 asks.
    """
    unsigned = {"signature", "typed_name", "jws"}
    said = consent_event.model_dump(mode="json", exclude=unsigned, exclude_none=True)
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def key_id_of(jws: str) -> str:
    """The key that a JWS says it is by; UnverifiedSignatureError if it says that in no way of ours."""
    kid = str(_header(jws)["kid"])
    if not KID.fullmatch(kid):  # Not even looked up: it would be part of a table's key.
        raise UnverifiedSignatureError("names its key by no thumbprint (RFC 7638)")
    return kid


def verify(consent_event: ConsentEvent, jws: str, key: SigningJwk) -> str:
    """The JWS without its payload (RFC 7515, appendix F), once it is known to be this key's, over this act."""
    header, said, signature = jws.split(".")
    over = payload(consent_event)
    # INVARIANT: nothing that was signed can differ from what is kept, since it is made of what is kept.
    if said not in ("", base64url(over)):
        raise UnverifiedSignatureError("is not over this act")
    if _header(jws)["alg"] not in key.algorithms:
        raise UnverifiedSignatureError("is not of its key's own algorithm")
    detached = f"{header}..{signature}"
    _verify(detached, over, key)
    return detached


def _verify(detached: str, over: bytes, key: SigningJwk) -> None:
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError, SecurityWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        # RFC 9864 has another name for EdDSA, and that is all: the key says which curve it is on.
        warnings.simplefilter("ignore", SecurityWarning)
        try:
            jws.deserialize_compact(detached, _opened(key), key.algorithms, payload=over)
        except (JoseError, ValueError):
            raise UnverifiedSignatureError("is not this key's signature over this act") from None


def _opened(key: SigningJwk) -> Any:
    from joserfc.jwk import ECKey, OKPKey  # noqa: PLC0415

    kind = ECKey if key.kty == "EC" else OKPKey
    return kind.import_key(key.model_dump(include={"kty", "crv", "x", "y"}, exclude_none=True))


def _header(jws: str) -> dict[str, Any]:
    try:
        header = jws.partition(".")[0]
        said = strict_json.load_object(urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, InvalidRequestError):
        raise UnverifiedSignatureError("has a header that is no JSON object") from None
    named = isinstance(said.get("kid"), str) and isinstance(said.get("alg"), str)
    if not named or not said.keys() <= HEADER:
        raise UnverifiedSignatureError("has a header of other fields than alg, kid and typ")
    return said

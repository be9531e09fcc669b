"""Signatures of consent events: verifies a JWS over an event, and builds the evidence that is stored.

joserfc and cryptography are imported on first use, since only signed events need them.
"""

import json
import warnings
from base64 import urlsafe_b64decode
from typing import Any, Self

from consentry.consent.consent_event import ConsentEvent, ConsentEventContent
from consentry.consent.public_points import require_strong_ed25519, require_strong_p256
from consentry.consent.signing_keys import KID, Kid, SigningJwk
from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidRequestError, UnverifiedSignatureError
from consentry.kernel.jose import base64url
from consentry.kernel.schema import StrictModel
from consentry.pseudonyms.customer_key import CustomerKey

HEADER = {"alg", "kid", "typ"}
"""The only header fields that a JWS may have."""


class SignatureEvidence(StrictModel):
    """What is stored of a signature.

    `name`: a keyed digest of the typed name. `kid`: the key that the JWS was verified with. `jws`: that JWS without
    its payload, encrypted, since with the public key it could be used to test guesses about the person. It includes
    the id of the representative as signed, because the stored event has a pseudonym instead.
    """

    name: str | None = None
    kid: Kid | None = None
    jws: str | None = None

    @classmethod
    def from_typed_name(cls, name: str, key: CustomerKey) -> Self:
        """The evidence of a typed name."""
        return cls(name=key.digest(b"typed name\0" + name.encode("utf-8")))

    @classmethod
    def from_jws(
        cls, kid: str, jws: str, key: CustomerKey, *, party: str, consent_event: ConsentEventContent
    ) -> Self:
        """The evidence of a verified JWS (without its payload) over this event as the caller sent it."""
        representative = consent_event.representative
        text = f"{jws} {representative.who}" if representative else jws
        data = _associated_data(party, consent_event)
        return cls(kid=kid, jws=key.encrypt(text, associated_data=data))

    def decrypted(
        self, key: CustomerKey, *, party: str, consent_event: ConsentEventContent
    ) -> tuple[str, str]:
        """The JWS without its payload, and the id of the representative (empty if there is none)."""
        data = _associated_data(party, consent_event)
        text = key.decrypt(self.jws or "", associated_data=data)
        jws, _, who = text.partition(" ")  # No JWS contains a space.
        return jws, who


def _associated_data(party: str, consent_event: ConsentEventContent) -> str:
    return f"{party}#{consent_event.consent_event_id}"


def thumbprint(key: SigningJwk) -> str:
    """The key's id (RFC 7638).

    InvalidRequestError if it is not a point on its curve, is a weak key, or has another `kid`.
    """
    try:
        kid: str = _imported(key).thumbprint()
        if key.y is None:
            require_strong_ed25519(key.x)
        else:
            require_strong_p256(key.x, key.y)
    except ValueError:
        raise InvalidRequestError("jwk", "is not a point on its curve, or is a weak key") from None
    if key.kid not in (None, kid):
        raise InvalidRequestError("jwk.kid", "is not the thumbprint of the key (RFC 7638)")
    return kid


def payload(consent_event: ConsentEvent) -> bytes:
    """The signed bytes: the event as canonical JSON (RFC 8785).

    The signature, `expected_version` and empty fields are left out. Times are in UTC with a Z. Names are ASCII and
    there are no numbers, so sorted names without spaces, and text that is not escaped, are enough for RFC 8785.
    """
    unsigned = {"signature", "typed_name", "jws", "expected_version"}
    fields = consent_event.model_dump(mode="json", exclude=unsigned, exclude_none=True)
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return canonical.encode("utf-8")


def key_id_of(jws: str) -> str:
    """The `kid` in the header of a JWS; UnverifiedSignatureError if the header is not one that we accept."""
    kid: str = _header(jws)["kid"]
    # Reject it before the look-up: it would become part of a table's key.
    if not KID.fullmatch(kid):
        raise UnverifiedSignatureError("has a kid that is not a thumbprint (RFC 7638)")
    return kid


def verify(consent_event: ConsentEvent, jws: str, key: SigningJwk) -> str:
    """Verify a JWS by this key over this event; return the JWS without its payload (RFC 7515, appendix F)."""
    from joserfc.errors import JoseError, SecurityWarning  # noqa: PLC0415
    from joserfc.jws import deserialize_compact  # noqa: PLC0415

    header, sent_payload, signature = jws.split(".")
    signed = payload(consent_event)
    # INVARIANT: the signed bytes are built from the fields that are stored, so they cannot differ from them.
    if sent_payload not in ("", base64url(signed)):
        raise UnverifiedSignatureError("is not over this consent event")
    if _header(jws)["alg"] not in key.algorithms:
        raise UnverifiedSignatureError("has another algorithm than its key")
    detached = f"{header}..{signature}"
    with warnings.catch_warnings():
        # The warning is about the name EdDSA, which RFC 9864 replaces. The key determines the curve.
        warnings.simplefilter("ignore", SecurityWarning)
        try:
            deserialize_compact(detached, _imported(key), key.algorithms, payload=signed)
        except (JoseError, ValueError):
            raise UnverifiedSignatureError(
                "is not this key's signature over this consent event"
            ) from None
    return detached


def _imported(key: SigningJwk) -> Any:
    from joserfc.jwk import ECKey, OKPKey  # noqa: PLC0415

    key_class = ECKey if key.kty == "EC" else OKPKey
    return key_class.import_key(key.model_dump(include={"kty", "crv", "x", "y"}, exclude_none=True))


def _header(jws: str) -> dict[str, Any]:
    try:
        encoded = jws.partition(".")[0]
        header = strict_json.load_object(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, InvalidRequestError):
        raise UnverifiedSignatureError("has a header that is not a JSON object") from None
    has_text = isinstance(header.get("kid"), str) and isinstance(header.get("alg"), str)
    if not has_text or not header.keys() <= HEADER:
        raise UnverifiedSignatureError("has a header with other fields than alg, kid and typ")
    return header

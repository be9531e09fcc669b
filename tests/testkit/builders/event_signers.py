"""Who signs acts in tests: real keys, and JWS made of parts, so that any part can be wrong."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, OKPKey

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.signatures import payload
from consentry.consent.signing_keys import SigningJwk
from tests.testkit.builders.dependencies import consent_event


@dataclass(frozen=True)
class EventSigner:
    """A key pair, and the algorithm that it signs with."""

    pair: Key
    algorithm: str

    @property
    def public(self) -> SigningJwk:
        """The half that is registered."""
        return SigningJwk.read(self.pair.as_dict(private=False))

    @property
    def kid(self) -> str:
        """The key's thumbprint."""
        return self.pair.thumbprint()

    def sign(self, over: bytes, **header: Any) -> str:
        """A compact JWS with this header beside alg and kid."""
        protected = {"alg": self.algorithm, "kid": self.kid} | header
        return jws.serialize_compact(protected, over, self.pair, [self.algorithm])

    def signed(self, consent_event_id: str, kind: str = "withdrawal", **said: Any) -> ConsentEvent:
        """An act with this signer's signature over it."""
        return with_jws(
            event_with_jws_placeholder(consent_event_id, kind, **said),
            self.sign(payload(event_with_jws_placeholder(consent_event_id, kind, **said))),
        )


def event_with_jws_placeholder(
    consent_event_id: str, kind: str = "withdrawal", **said: Any
) -> ConsentEvent:
    """An act that says it is signed by a JWS, of which nothing is right yet."""
    return consent_event(consent_event_id, kind, signature="jws", jws="e30..e30", **said)


def with_jws(said: ConsentEvent, compact: str) -> ConsentEvent:
    """The act with this JWS."""
    return said.model_copy(update={"jws": compact})


def forged(header: dict[str, Any], over: bytes, signature: str = "AAAA") -> str:
    """A JWS that nobody signed."""
    return ".".join([base64url(json.dumps(header).encode()), base64url(over), signature])


def base64url(content: bytes) -> str:
    """RFC 7515, section 2."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def es256() -> EventSigner:
    """The customer's key on P-256."""
    return EventSigner(ECKey.generate_key("P-256"), "ES256")


@cache
def another() -> EventSigner:
    """A second one."""
    return EventSigner(ECKey.generate_key("P-256"), "ES256")


@cache
def ed25519() -> EventSigner:
    """The customer's key on Ed25519."""
    return EventSigner(OKPKey.generate_key("Ed25519"), "Ed25519")


def hmac_of(public: bytes) -> EventSigner:
    """Who takes public bytes for a shared secret."""
    return EventSigner(OctKey.import_key(public), "HS256")

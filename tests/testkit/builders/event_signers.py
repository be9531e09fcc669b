"""Signers of consent events: real keys, and JWS built from parts, so that any part can be wrong."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, OKPKey

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.key_registry import register_key, revoke_key
from consentry.consent.signatures import payload
from consentry.consent.signing_keys import (
    SigningJwk,
    SigningKey,
)
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies, consent_event, party_of


@dataclass(frozen=True)
class EventSigner:
    """A key pair and its signature algorithm."""

    pair: Key
    algorithm: str

    @property
    def public(self) -> SigningJwk:
        """The public key, as it is registered."""
        return SigningJwk.read(self.pair.as_dict(private=False))

    @property
    def kid(self) -> str:
        """The thumbprint of the key."""
        return self.pair.thumbprint()

    def sign(self, over: bytes, **header: Any) -> str:
        """Sign bytes as a compact JWS; `header` adds to `alg` and `kid`."""
        protected = {"alg": self.algorithm, "kid": self.kid} | header
        return jws.serialize_compact(protected, over, self.pair, [self.algorithm])

    def signed(
        self, consent_event_id: str, kind: str = "withdrawal", **fields: Any
    ) -> ConsentEvent:
        """A consent event with the signature of this signer."""
        return with_jws(
            event_with_jws_placeholder(consent_event_id, kind, **fields),
            self.sign(payload(event_with_jws_placeholder(consent_event_id, kind, **fields))),
        )


def event_with_jws_placeholder(
    consent_event_id: str, kind: str = "withdrawal", **fields: Any
) -> ConsentEvent:
    """A consent event with the signature method `jws` and without a valid JWS."""
    return consent_event(consent_event_id, kind, signature="jws", jws="e30..e30", **fields)


def with_jws(fields: ConsentEvent, compact: str) -> ConsentEvent:
    """Put a JWS into a consent event."""
    return fields.model_copy(update={"jws": compact})


def forged(header: dict[str, Any], over: bytes, signature: str = "AAAA") -> str:
    """A JWS with `alg: none`."""
    return ".".join([base64url(json.dumps(header).encode()), base64url(over), signature])


def base64url(content: bytes) -> str:
    """RFC 7515, section 2."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def es256() -> EventSigner:
    """A signer with a P-256 key."""
    return EventSigner(ECKey.generate_key("P-256"), "ES256")


@cache
def another() -> EventSigner:
    """A second signer with a P-256 key."""
    return EventSigner(ECKey.generate_key("P-256"), "ES256")


@cache
def ed25519() -> EventSigner:
    """A signer with an Ed25519 key."""
    return EventSigner(OKPKey.generate_key("Ed25519"), "Ed25519")


def hmac_of(public: bytes) -> EventSigner:
    """A signer that uses public bytes as a shared secret."""
    return EventSigner(OctKey.import_key(public), "HS256")


def register_signer(
    deps: FakeDependencies,
    signer: EventSigner,
    customer: str = ACME,
    *,
    person: str | None = None,
) -> SigningKey:
    """Register the public key of a signer, of the customer or of a person."""
    party = party_of(person)
    return register_key(customer, party, signer.public, caller=deps.caller, at=NOW, deps=deps)


def revoke_signer(deps: FakeDependencies, signer: EventSigner) -> SigningKey:
    """Revoke the key of a signer."""
    return revoke_key(ACME, signer.kid, caller=deps.caller, at=NOW, deps=deps)

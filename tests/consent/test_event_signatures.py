"""A JWS verifies only over its own consent event, by its own key and algorithm."""

import json
import warnings
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import SecurityWarning

from consentry.consent.consent_event import ConsentEventContent
from consentry.consent.signatures import key_id_of, payload, thumbprint, verify
from consentry.kernel.errors import UnverifiedSignatureError
from tests.testkit.builders.event_signers import (
    EventSigner,
    another,
    base64url,
    ed25519,
    es256,
    event_with_jws_placeholder,
    forged,
    hmac_of,
)

EVENT = event_with_jws_placeholder("a", person="ann")
SIGNED_BYTES = payload(EVENT)
SIGNERS = [es256(), ed25519()]


@pytest.mark.parametrize("signer", SIGNERS, ids=["ES256", "Ed25519"])
def test_an_event_signature_verifies_with_attached_or_detached_payload(signer: EventSigner) -> None:
    whole = signer.sign(SIGNED_BYTES, typ="JOSE")
    header, encoded, signature = whole.split(".")
    detached = f"{header}..{signature}"

    assert key_id_of(whole) == signer.kid == thumbprint(signer.public)
    assert verify(EVENT, whole, signer.public) == detached
    assert verify(EVENT, detached, signer.public) == detached
    assert urlsafe_b64decode(encoded + "==") == SIGNED_BYTES


def test_ed25519_may_be_named_eddsa() -> None:
    older = EventSigner(ed25519().pair, "EdDSA")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        signed = older.sign(SIGNED_BYTES)

    assert verify(EVENT, signed, ed25519().public)


KEY = es256()
NO_KID = ["", "k" * 2000, f"{KEY.kid}#revoked", f"{KEY.kid}\n", f"{KEY.kid[:-1]}B"]
CONFUSED = {
    "none": forged({"alg": "none", "kid": KEY.kid}, SIGNED_BYTES),
    "None": forged({"alg": "None", "kid": KEY.kid}, SIGNED_BYTES),
    "HS256 with the public key as its secret": hmac_of(
        json.dumps(KEY.public.model_dump(exclude_none=True)).encode()
    ).sign(SIGNED_BYTES, kid=KEY.kid),
    "another curve's algorithm": ed25519().sign(SIGNED_BYTES, kid=KEY.kid),
    "an algorithm that the library has": forged({"alg": "ES256K", "kid": KEY.kid}, SIGNED_BYTES),
    "another key's signature": another().sign(SIGNED_BYTES, kid=KEY.kid),
    "no signature": forged({"alg": "ES256", "kid": KEY.kid}, SIGNED_BYTES),
    "r and s of zero": forged(
        {"alg": "ES256", "kid": KEY.kid}, SIGNED_BYTES, base64url(b"\0" * 64)
    ),
    "an empty payload": KEY.sign(b""),
    "another event": KEY.sign(payload(event_with_jws_placeholder("b", person="ann"))),
    "another person": KEY.sign(payload(event_with_jws_placeholder("a", person="bob"))),
    "the same with spaces": KEY.sign(json.dumps(json.loads(SIGNED_BYTES)).encode()),
    "a key of the header's own": KEY.sign(SIGNED_BYTES, jwk=another().pair.as_dict(private=False)),
    "a header that must be understood": forged(
        {"alg": "ES256", "kid": KEY.kid, "b64": False, "crit": ["b64"]}, SIGNED_BYTES
    ),
    "a header that names alg twice": ".".join(
        [base64url(b'{"alg":"ES256","alg":"none","kid":"k"}'), base64url(SIGNED_BYTES), "AAAA"]
    ),
    "a header of no object": ".".join([base64url(b"[]"), base64url(SIGNED_BYTES), "AAAA"]),
    "a header of no JSON": ".".join(["e31", base64url(SIGNED_BYTES), "AAAA"]),
    "no key named": forged({"alg": "ES256"}, SIGNED_BYTES),
    "a key named by a number": forged({"alg": "ES256", "kid": 7}, SIGNED_BYTES),
}


@pytest.mark.promise(8)
@pytest.mark.parametrize("how", CONFUSED)
def test_a_signature_of_another_key_or_event_is_rejected(how: str) -> None:
    with pytest.raises(UnverifiedSignatureError, match="jws: "):
        verify(EVENT, CONFUSED[how], KEY.public)


@pytest.mark.parametrize("kid", NO_KID, ids=range(len(NO_KID)))
def test_a_key_id_that_is_no_thumbprint_is_rejected_before_lookup(kid: str) -> None:
    with pytest.raises(UnverifiedSignatureError, match="thumbprint"):
        key_id_of(forged({"alg": "ES256", "kid": kid}, SIGNED_BYTES))


OTHERWISE: dict[str, Any] = {
    "consent_event_id": "b",
    "customer": "globex",
    "party": {"person": "bob"},
    "kind": "refusal",
    "uses": [{"operation": "infer", "service": "general"}],
    "data": ["public_web"],
    "form_id": "0" * 64,
    "done_at": "2026-01-01T00:00:00Z",
    "until": "2027-01-01T00:00:00Z",
    "representative": {"who": "gil", "authority": "guardian"},
    "corrects": "c",
}


@pytest.mark.parametrize("field", sorted(set(ConsentEventContent.model_fields) - {"signature"}))
def test_the_signed_payload_covers_every_stored_field(field: str) -> None:
    kind = "grant" if field in ("form_id", "until", "kind") else "refusal"
    fields: dict[str, Any] = {"consent_event_id": "a", "kind": kind}

    unlike = event_with_jws_placeholder(**fields | {field: OTHERWISE[field]})

    assert payload(unlike) != payload(event_with_jws_placeholder(**fields))


def test_the_signed_payload_is_sorted_json_without_empty_fields() -> None:
    event = event_with_jws_placeholder("a", "grant", until="2027-01-01T01:00:00+01:00")

    assert payload(event).decode() == (
        '{"consent_event_id":"a","customer":"acme","data":["customer_content.audio"],"kind":"grant",'
        '"party":"customer","until":"2027-01-01T00:00:00Z",'
        '"uses":[{"operation":"fine_tune","service":"meeting_summary"}]}'
    )


def test_the_signed_payload_has_text_as_it_is() -> None:
    # RFC 8785 escapes no letters.
    event = event_with_jws_placeholder("a", "refusal", person='José "|\\ 日本')

    assert '"person":"José \\"|\\\\ 日本"'.encode() in payload(event)


def test_the_jws_library_alone_would_accept_an_embedded_key() -> None:
    lax = KEY.sign(SIGNED_BYTES, jwk=another().pair.as_dict(private=False))

    assert jws.deserialize_compact(lax, KEY.pair).payload == SIGNED_BYTES

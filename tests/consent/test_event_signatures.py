"""A JWS over an act: whoever signed anything else, or otherwise, has not signed this act."""

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

SAID = event_with_jws_placeholder("a", person="ann")
OVER = payload(SAID)
SIGNERS = [es256(), ed25519()]


@pytest.mark.parametrize("signer", SIGNERS, ids=["ES256", "Ed25519"])
def test_an_event_signature_verifies_with_attached_or_detached_payload(signer: EventSigner) -> None:
    whole = signer.sign(OVER, typ="JOSE")
    header, said, signature = whole.split(".")
    detached = f"{header}..{signature}"

    assert key_id_of(whole) == signer.kid == thumbprint(signer.public)
    assert verify(SAID, whole, signer.public) == detached
    assert verify(SAID, detached, signer.public) == detached
    assert urlsafe_b64decode(said + "==") == OVER


def test_ed25519_may_be_named_eddsa() -> None:
    older = EventSigner(ed25519().pair, "EdDSA")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        signed = older.sign(OVER)

    assert verify(SAID, signed, ed25519().public)


KEY = es256()
NO_KID = ["", "k" * 2000, f"{KEY.kid}#revoked", f"{KEY.kid}\n", f"{KEY.kid[:-1]}B"]
CONFUSED = {
    "none": forged({"alg": "none", "kid": KEY.kid}, OVER),
    "None": forged({"alg": "None", "kid": KEY.kid}, OVER),
    "HS256 with the public key as its secret": hmac_of(
        json.dumps(KEY.public.model_dump(exclude_none=True)).encode()
    ).sign(OVER, kid=KEY.kid),
    "another curve's algorithm": ed25519().sign(OVER, kid=KEY.kid),
    "an algorithm that the library has": forged({"alg": "ES256K", "kid": KEY.kid}, OVER),
    "another key's signature": another().sign(OVER, kid=KEY.kid),
    "no signature": forged({"alg": "ES256", "kid": KEY.kid}, OVER),
    "r and s of zero": forged({"alg": "ES256", "kid": KEY.kid}, OVER, base64url(b"\0" * 64)),
    "an empty payload": KEY.sign(b""),
    "another act": KEY.sign(payload(event_with_jws_placeholder("b", person="ann"))),
    "another person": KEY.sign(payload(event_with_jws_placeholder("a", person="bob"))),
    "the same with spaces": KEY.sign(json.dumps(json.loads(OVER)).encode()),
    "a key of the header's own": KEY.sign(OVER, jwk=another().pair.as_dict(private=False)),
    "a header that must be understood": forged(
        {"alg": "ES256", "kid": KEY.kid, "b64": False, "crit": ["b64"]}, OVER
    ),
    "a header that names alg twice": ".".join(
        [base64url(b'{"alg":"ES256","alg":"none","kid":"k"}'), base64url(OVER), "AAAA"]
    ),
    "a header of no object": ".".join([base64url(b"[]"), base64url(OVER), "AAAA"]),
    "a header of no JSON": ".".join(["e31", base64url(OVER), "AAAA"]),
    "no key named": forged({"alg": "ES256"}, OVER),
    "a key named by a number": forged({"alg": "ES256", "kid": 7}, OVER),
}


@pytest.mark.promise(8)
@pytest.mark.parametrize("how", CONFUSED)
def test_a_signature_of_another_key_or_event_is_rejected(how: str) -> None:
    with pytest.raises(UnverifiedSignatureError, match="jws: "):
        verify(SAID, CONFUSED[how], KEY.public)


@pytest.mark.parametrize("kid", NO_KID, ids=range(len(NO_KID)))
def test_a_key_id_that_is_no_thumbprint_is_rejected_before_lookup(kid: str) -> None:
    with pytest.raises(UnverifiedSignatureError, match="thumbprint"):
        key_id_of(forged({"alg": "ES256", "kid": kid}, OVER))


OTHERWISE: dict[str, Any] = {
    "consent_event_id": "b",
    "customer": "globex",
    "person": "bob",
    "kind": "refusal",
    "uses": [{"operation": "infer", "service": "general"}],
    "data": ["public_web"],
    "form_id": "0" * 64,
    "until": "2027-01-01T00:00:00Z",
    "representative": {"who": "gil", "authority": "guardian"},
    "corrects": "c",
}


@pytest.mark.parametrize("field", sorted(set(ConsentEventContent.model_fields) - {"signature"}))
def test_the_signed_payload_covers_every_stored_field(field: str) -> None:
    kind = "grant" if field in ("form_id", "until", "kind") else "refusal"
    said: dict[str, Any] = {"consent_event_id": "a", "kind": kind}

    unlike = event_with_jws_placeholder(**said | {field: OTHERWISE[field]})

    assert payload(unlike) != payload(event_with_jws_placeholder(**said))


def test_the_signed_payload_is_sorted_json_without_empty_fields() -> None:
    said = event_with_jws_placeholder("a", "grant", until="2027-01-01T01:00:00+01:00")

    assert payload(said).decode() == (
        '{"consent_event_id":"a","customer":"acme","data":["customer_content.audio"],"kind":"grant",'
        '"until":"2027-01-01T00:00:00Z",'
        '"uses":[{"operation":"fine_tune","service":"meeting_summary"}]}'
    )


def test_the_jws_library_alone_would_accept_an_embedded_key() -> None:
    lax = KEY.sign(OVER, jwk=another().pair.as_dict(private=False))

    assert jws.deserialize_compact(lax, KEY.pair).payload == OVER

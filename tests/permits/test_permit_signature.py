"""A permit verifies only in its one encoding, with its one header, signed by a trusted key."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from consentry.kernel.errors import InvalidPermitSignatureError
from consentry.kernel.jose import base64url, from_base64url
from consentry.permits.data_permit import DataPermit
from consentry.permits.signature import signing_input, verify
from tests.testkit.builders.permits import CLAIMS, claims, signed
from tests.testkit.fakes.permit_signer import MAX_MESSAGE_BYTES, InMemoryPermitSigner

OURS = InMemoryPermitSigner()
THEIRS = InMemoryPermitSigner(kid="key-2", secret=7654321)
HEADER = {"alg": "ES256", "kid": OURS.kid, "typ": "consentry-permit+jwt"}
PERMIT = signed(claims(), OURS)
PUBLIC = OURS.private.public_key()
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
JWK = ECKey.import_key(PEM).as_dict()


def written(content: object) -> str:
    """JSON without spaces, in base64url."""
    return base64url(json.dumps(content, separators=(",", ":")).encode())


def forged(
    header: object, sign: Callable[[bytes], bytes] = OURS.sign, payload: object = CLAIMS
) -> str:
    """A JWS with any header and any signature."""
    message = f"{written(header)}.{written(payload)}"
    return f"{message}.{base64url(sign(message.encode()))}"


def mac(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret, message, hashlib.sha256)


def test_a_permit_is_verified_by_the_key_that_signed_it() -> None:
    assert verify(PERMIT, OURS.keys) == claims()


def test_the_verification_key_is_chosen_among_the_trusted_keys() -> None:
    trusted = {**THEIRS.keys, **OURS.keys}

    assert verify(PERMIT, trusted) == verify(signed(claims(), THEIRS), trusted)


def test_an_independent_jws_library_verifies_a_permit() -> None:
    read = jws.deserialize_compact(PERMIT, ECKey.import_key(PEM), algorithms=["ES256"])

    assert read.headers() == HEADER
    assert json.loads(read.payload or b"") == json.loads(claims().model_dump_json())


def test_a_permit_signed_by_an_independent_library_verifies() -> None:
    key = ECKey.import_key(OURS.private)
    payload = claims().model_dump_json()

    assert verify(jws.serialize_compact(HEADER, payload, key), OURS.keys) == claims()


FORGERIES = {
    "no algorithm": forged(HEADER | {"alg": "none"}, lambda message: b""),
    "no algorithm with a signature": forged(HEADER | {"alg": "none"}),
    "no signature": forged(HEADER, lambda message: b""),
    "HMAC with the public key as its secret": forged(HEADER | {"alg": "HS256"}, mac(PEM)),
    "HMAC with the JWK as its secret": forged(
        HEADER | {"alg": "HS256"}, mac(json.dumps(JWK).encode())
    ),
    "HMAC under our own header": forged(HEADER, mac(PEM)),
    "another hash": forged(HEADER | {"alg": "ES384"}),
    "another family": forged(HEADER | {"alg": "RS256"}),
    "the algorithm in other letters": forged(HEADER | {"alg": "es256"}),
    "another type": forged(HEADER | {"typ": "JWT"}),
    "no type": forged({"alg": "ES256", "kid": OURS.kid}),
    "a critical extension": forged(HEADER | {"crit": ["b64"], "b64": False}),
    "a key in the header": forged(
        HEADER | {"jwk": ECKey.import_key(THEIRS.private.public_key()).as_dict()},
        THEIRS.sign,
    ),
    "an address of keys in the header": forged(HEADER | {"jku": "https://e.example"}, THEIRS.sign),
    "an address of certificates": forged(HEADER | {"x5u": "https://e.example"}, THEIRS.sign),
    "a key that is not trusted": signed(claims(), THEIRS),
    "another key under our key's id": signed(claims(), InMemoryPermitSigner(OURS.kid, THEIRS.secret)),
    "a key id that is a path": forged(HEADER | {"kid": "../../dev/null"}, mac(b"")),
    "no key id": forged({"alg": "ES256", "typ": HEADER["typ"]}),
    "our header in another order": forged({"typ": HEADER["typ"], "kid": OURS.kid, "alg": "ES256"}),
    "a header that is no object": forged([HEADER]),
    "nothing": "",
    "dots alone": "..",
    "two parts": PERMIT.rpartition(".")[0],
    "four parts": f"{PERMIT}.e30",
    "padding": f"{PERMIT}==",
    "a line end": f"{PERMIT}\n",
    "text": "p\u00e4rmit.\u00e4.\u00e4",
    "the claims of another permit": ".".join(
        (PERMIT.split(".")[0], signed(claims(sub="globex"), OURS).split(".")[1], PERMIT.split(".")[2])
    ),
    "a signature of zeros": forged(HEADER, lambda message: bytes(64)),
    "a signature in DER": forged(HEADER, lambda message: b"0" + OURS.sign(message)),
    "a signature over the claims alone": forged(
        HEADER, lambda message: OURS.sign(message.partition(b".")[2])
    ),
}  # fmt: skip


@pytest.mark.parametrize("presented", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_permit_is_rejected(presented: str) -> None:
    with pytest.raises(InvalidPermitSignatureError):
        verify(presented, OURS.keys)


def test_no_permit_verifies_without_trusted_keys() -> None:
    with pytest.raises(InvalidPermitSignatureError, match="header"):
        verify(PERMIT, {})


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        "permit",
        CLAIMS | {"scope": "all"},
        CLAIMS | {"exp": str(CLAIMS["exp"])},
        CLAIMS | {"exp": float(CLAIMS["exp"])},
        CLAIMS | {"operation": "sell"},
        CLAIMS | {"admitted": "B" * 64},
        {name: value for name, value in CLAIMS.items() if name != "aud"},
        dict(reversed(CLAIMS.items())),
    ],
    ids=["none", "a list", "text", "more", "a number as text", "a float", "an unknown operation",
         "a digest in capitals", "no audience", "another order"],
)  # fmt: skip
def test_another_payload_signed_by_our_key_is_not_a_permit(payload: Any) -> None:
    with pytest.raises(InvalidPermitSignatureError, match="claims"):
        verify(forged(HEADER, payload=payload), OURS.keys)


@given(st.integers(0, len(PERMIT) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_changing_any_character_of_a_permit_invalidates_it(index: int, other: str) -> None:
    altered = PERMIT[:index] + other + PERMIT[index + 1 :]

    if altered != PERMIT:
        with pytest.raises(InvalidPermitSignatureError):
            verify(altered, OURS.keys)


@given(st.text(max_size=300))
def test_arbitrary_text_is_rejected_as_a_permit(text: str) -> None:
    with pytest.raises(InvalidPermitSignatureError):
        verify(text, OURS.keys)
    with pytest.raises(InvalidPermitSignatureError):
        verify(f"{PERMIT.split('.')[0]}.{text}", OURS.keys)


def test_the_longest_permit_fits_the_kms_message_limit() -> None:
    longest: dict[str, Any] = {"iss": "i" * 256, "aud": '"' * 256, "sub": "c" * 128}
    longest |= dict.fromkeys(("jti", "decision_id"), f"{'c' * 128}~{'t' * 26}")
    longest |= {"epochs": [10**18] * 16, "revision": 9999}
    permit = DataPermit.read(CLAIMS | longest)

    message = signing_input(permit, f"mrk-{'k' * 32}")

    assert len(message) < MAX_MESSAGE_BYTES - 1000


def test_a_permit_has_one_canonical_encoding() -> None:
    again = signed(DataPermit.read(json.loads(from_base64url(PERMIT.split(".")[1]))), OURS)

    assert again == PERMIT

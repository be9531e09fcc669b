"""Each signed sample in events/ is signed over today's canonical form, by a key that a sample registers."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry.consent import signatures
from consentry.consent.consent_event import ConsentEvent
from consentry.consent.signatures import key_id_of, thumbprint, verify
from consentry.consent.signing_keys import SigningJwk
from consentry.kernel.errors import UnverifiedSignatureError
from tests.testkit.api.fixtures import ROOT

SIGN_AGAIN = (
    "the canonical form of a signed event has changed (a star in CHANGELOG.md): signers must "
    "change too. Sign the samples again: .venv/bin/python -m tests.testkit.sign_sample_event"
)


def bodies(route: str) -> dict[Path, dict[str, Any]]:
    """The bodies of the samples of a route, with the customer in its path."""
    samples = {
        path: json.loads(path.read_bytes()) for path in (ROOT / "events").glob("*/http-*.json")
    }
    return {
        path: json.loads(sample["body"]) | {"customer": sample["pathParameters"]["customer"]}
        for path, sample in samples.items()
        if sample["routeKey"] == f"POST /customers/{{customer}}/{route}"
    }


SIGNED = {
    path: body
    for route in ("consent-events", "withdrawals")
    for path, body in bodies(route).items()
    if "jws" in body
}
REGISTERED = {
    thumbprint(key): key
    for body in bodies("keys").values()
    if (key := SigningJwk.read(body["jwk"]))
}


def require_signed(body: dict[str, Any]) -> None:
    """Fail unless the signature is over today's canonical form, by a registered key."""
    key = REGISTERED.get(key_id_of(body["jws"]))
    assert key, f"no sample registers its key. {SIGN_AGAIN}"
    try:
        verify(ConsentEvent.read({"kind": "withdrawal"} | body), body["jws"], key)
    except UnverifiedSignatureError as unverified:
        pytest.fail(f"{unverified}: {SIGN_AGAIN}")


def test_there_are_signed_samples() -> None:
    assert SIGNED


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.stem)
def test_each_signed_sample_verifies_with_todays_code(path: Path) -> None:
    require_signed(SIGNED[path])


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.stem)
def test_another_canonical_form_asks_to_sign_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = signatures.payload
    monkeypatch.setattr(signatures, "payload", lambda event: today(event).replace(b",", b", "))

    with pytest.raises(pytest.fail.Exception, match="sign_sample_event"):
        require_signed(SIGNED[path])

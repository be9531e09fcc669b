"""No direct identifier leaves the doors of consent and transparency: not in logs, metrics or refusals."""

import json
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from tests.testkit.api.canaries import CANARY, with_canaries
from tests.testkit.api.fixtures import TUNE

CUSTOMER = f"{CANARY}-consenting"
PERSON = f"{CANARY}.ana@acme.example"
CLAIMS = {"sub": f"{CANARY}.admin@acme.example", "consentry_customers": CUSTOMER}
ASKS: dict[str, Any] = {"uses": [TUNE], "data": ["customer_content"]}
FORM = {"customer": CUSTOMER, "text": f"{CANARY}: may we?", "locale": f"{CANARY}-en"} | ASKS
REFUSAL = {
    "consent_event_id": f"{CANARY}-act",
    "customer": CUSTOMER,
    "person": PERSON,
    "kind": "refusal",
    "uses": [TUNE],
    "data": ["customer_content.audio"],
    "signature": "click",
}
TYPED = {"signature": "typed_name", "typed_name": f"{CANARY} Ana", "corrects": f"{CANARY}-none"}
DONE_BY = {"representative": {"who": f"{CANARY}.gil", "authority": "guardian"}}
GRANT = REFUSAL | {"kind": "grant", "form": "0" * 64, "until": "2030-01-01T00:00:00Z"}
CORRECTION = REFUSAL | TYPED | DONE_BY
SIGNED = REFUSAL | {"signature": "jws", "jws": f"{CANARY}.{CANARY}.{CANARY}"}
KEY = {"customer": CUSTOMER, "key": {"kty": "EC", "crv": "P-256", "x": CANARY, "y": CANARY}}
DOCUMENTS = {
    "form": ("/forms", FORM),
    "key": ("/keys", KEY),
    "grant": ("/consents", GRANT),
    "correction": ("/consents", CORRECTION),
    "signed": ("/consents", SIGNED),
    "withdrawal": ("/consents/withdraw", REFUSAL),
    "erasure": ("/erasures", {"erasure_id": "e", "customer": CUSTOMER, "person": PERSON}),
}
POISONED = {
    f"{name} {place}": (path, document)
    for name, (path, whole) in DOCUMENTS.items()
    for place, document in with_canaries(whole)
    # A form's text may be any words; they are kept, and never told.
    if not (path == "/forms" and place == "text")
}
BAD = "canary%20%C3%A9"
PATHS = [
    f"/consents/{BAD}",
    f"/consents/{CUSTOMER}/{BAD}",
    f"/receipts/{BAD}/customer/act",
    f"/receipts/{CUSTOMER}/{BAD}/act",
    f"/receipts/{CUSTOMER}/customer/{BAD}",
    f"/receipts/{CUSTOMER}/customer/{CANARY}",
    f"/decisions/{BAD}",
    f"/decisions/{CUSTOMER}~{BAD}",
    f"/decisions?customer={BAD}",
    f"/customers/{BAD}/uses",
    *(f"/decisions?customer={CUSTOMER}&{name}={BAD}" for name in ("from", "outcome", "limit")),
    *(f"/decisions?customer={CUSTOMER}&{name}={BAD}" for name in ("page", BAD)),
    f"/customers/{CUSTOMER}/uses?page={BAD}",
    f"/consents/{CUSTOMER}?at={BAD}",
    "/decisions?customer=canary-of-somebody-else",
    "/consents/canary-of-somebody-else",
]


def sent(cloud: Emulator, method: str, path: str, body: Any = None) -> tuple[dict[str, Any], str]:
    """The answer, and all that its invocation logged and counted."""
    answer = cloud.http(method, path, body, CLAIMS)
    last = cloud.deliveries[-1]
    assert last.error is None
    return answer, last.log


@pytest.mark.promise(9)
def test_consent_routes_leak_no_identifier_to_logs_or_metrics(
    cloud: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    calls = [
        ("POST", "/forms", FORM),
        ("POST", "/consents", REFUSAL),
        (
            "POST",
            "/consents/withdraw",
            REFUSAL | {"consent_event_id": f"{CANARY}-2", "kind": "withdrawal"},
        ),
        ("GET", f"/consents/{CUSTOMER}", None),
        ("GET", f"/consents/{CUSTOMER}/{PERSON}", None),
        ("GET", f"/receipts/{CUSTOMER}/customer/{CANARY}-own", None),
        ("GET", f"/decisions?customer={CUSTOMER}", None),
        ("GET", f"/customers/{CUSTOMER}/uses", None),
    ]

    typed = (
        REFUSAL | TYPED | DONE_BY | {"consent_event_id": f"{CANARY}-3", "corrects": f"{CANARY}-act"}
    )
    calls.insert(2, ("POST", "/consents", typed))
    own = REFUSAL | {"consent_event_id": f"{CANARY}-own", "person": None}
    calls.insert(3, ("POST", "/consents", own))

    told = [sent(cloud, *call) for call in calls]

    printed = capfd.readouterr()
    assert [answer["statusCode"] for answer, _ in told] == [200] * len(calls)
    assert CANARY not in "".join(log for _, log in told) + printed.out + printed.err
    answers = "".join(answer["body"] for answer, _ in told)
    assert not [each for each in (PERSON, f"{CANARY} Ana", f"{CANARY}.gil") if each in answers]


@pytest.mark.promise(9)
@pytest.mark.parametrize("place", POISONED)
def test_an_invalid_event_or_form_is_reported_without_its_values(
    cloud: Emulator, capfd: pytest.CaptureFixture[str], place: str
) -> None:
    path, document = POISONED[place]

    answer, log = sent(cloud, "POST", path, document)

    printed = capfd.readouterr()
    assert 400 <= answer["statusCode"] < 500
    assert CANARY not in json.dumps(answer) + log + printed.out + printed.err


@pytest.mark.promise(9)
@pytest.mark.parametrize("path", PATHS)
def test_an_invalid_path_is_never_repeated(
    cloud: Emulator, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    answer, log = sent(cloud, "GET", path)

    printed = capfd.readouterr()
    assert 400 <= answer["statusCode"] < 500 or BAD in path.partition("&")[2]
    assert CANARY not in answer["body"] + log + printed.out + printed.err

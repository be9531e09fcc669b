"""No route of consent, audit and privacy leaks an identifier: not to logs, metrics or errors."""

import json
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from tests.testkit.api.canaries import CANARY, with_canaries
from tests.testkit.api.fixtures import TUNE
from tests.testkit.scopes import EVERY_SCOPE

CUSTOMER = f"{CANARY}-consenting"
PERSON = f"{CANARY}.ana@acme.example"
CLAIMS = {
    "sub": f"{CANARY}.admin@acme.example",
    "consentry_customers": CUSTOMER,
    "scope": EVERY_SCOPE,
}
BASE = f"/customers/{CUSTOMER}"
ASKS: dict[str, Any] = {"uses": [TUNE], "data": ["customer_content"]}
FORM = {"text": f"{CANARY}: may we?", "locale": f"{CANARY}-en"} | ASKS
REFUSAL = {
    "consent_event_id": f"{CANARY}-event",
    "party": {"person": PERSON},
    "kind": "refusal",
    "uses": [TUNE],
    "data": ["customer_content.audio"],
    "signature": "click",
}
TYPED = {"signature": "typed_name", "typed_name": f"{CANARY} Ana", "corrects": f"{CANARY}-none"}
DONE_BY = {"representative": {"who": f"{CANARY}.gil", "authority": "guardian"}}
GRANT = REFUSAL | {"kind": "grant", "form_id": "0" * 64, "until": "2030-01-01T00:00:00Z"}
CORRECTION = REFUSAL | TYPED | DONE_BY
SIGNED = REFUSAL | {"signature": "jws", "jws": f"{CANARY}.{CANARY}.{CANARY}"}
KEY = {"jwk": {"kty": "EC", "crv": "P-256", "x": CANARY, "y": CANARY}}
DOCUMENTS = {
    "form": (f"{BASE}/forms", FORM),
    "key": (f"{BASE}/keys", KEY),
    "grant": (f"{BASE}/consent-events", GRANT),
    "correction": (f"{BASE}/consent-events", CORRECTION),
    "signed": (f"{BASE}/consent-events", SIGNED),
    "withdrawal": (f"{BASE}/withdrawals", REFUSAL),
    "erasure": (f"{BASE}/erasures", {"erasure_id": "e", "party": {"person": PERSON}}),
}
POISONED = {
    f"{name} {field}": (path, document)
    for name, (path, whole) in DOCUMENTS.items()
    for field, document in with_canaries(whole)
    # A form's text may contain anything. It is stored, and never logged or returned.
    if not (path == f"{BASE}/forms" and field == "text")
}
BAD = "canary%20%C2%85"
PATHS = [
    f"/customers/{BAD}/consent?party=customer",
    f"{BASE}/consent?person={BAD}",
    f"/customers/{BAD}/receipts/customer/event",
    f"{BASE}/receipts/{BAD}/event",
    f"{BASE}/receipts/customer/{BAD}",
    f"{BASE}/receipts/customer/{CANARY}",
    f"{BASE}/decisions/{BAD}",
    f"{BASE}/decisions/{CUSTOMER}~{BAD}",
    f"/customers/{BAD}/decisions",
    f"/customers/{BAD}/uses",
    *(f"{BASE}/decisions?{name}={BAD}" for name in ("from", "outcome", "limit", "page", BAD)),
    *(f"{BASE}/{route}?page={BAD}" for route in ("uses", "forms", "keys")),
    f"{BASE}/consent?party=customer&at={BAD}",
    f"{BASE}/forms/{BAD}",
    f"{BASE}/keys/{BAD}",
    f"{BASE}/data-sets/{BAD}",
    f"{BASE}/withdrawals/{BAD}",
    "/customers/canary-of-somebody-else/decisions",
    "/customers/canary-of-somebody-else/consent?party=customer",
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
        ("POST", f"{BASE}/forms", FORM),
        ("POST", f"{BASE}/consent-events", REFUSAL),
        (
            "POST",
            f"{BASE}/withdrawals",
            REFUSAL | {"consent_event_id": f"{CANARY}-2", "kind": "withdrawal"},
        ),
        ("GET", f"{BASE}/consent?party=customer", None),
        ("GET", f"{BASE}/consent?person={PERSON}", None),
        ("GET", f"{BASE}/receipts/customer/{CANARY}-own", None),
        ("GET", f"{BASE}/decisions", None),
        ("GET", f"{BASE}/uses", None),
        ("GET", f"{BASE}/forms", None),
        ("GET", f"{BASE}/keys", None),
    ]

    typed = (
        REFUSAL
        | TYPED
        | DONE_BY
        | {"consent_event_id": f"{CANARY}-3", "corrects": f"{CANARY}-event"}
    )
    calls.insert(2, ("POST", f"{BASE}/consent-events", typed))
    own = REFUSAL | {"consent_event_id": f"{CANARY}-own", "party": "customer"}
    calls.insert(3, ("POST", f"{BASE}/consent-events", own))

    results = [sent(cloud, *call) for call in calls]

    printed = capfd.readouterr()
    statuses = [answer["statusCode"] for answer, _ in results]
    assert statuses == [201 if method == "POST" else 200 for method, *_ in calls]
    assert CANARY not in "".join(log for _, log in results) + printed.out + printed.err
    answers = "".join(answer["body"] for answer, _ in results)
    assert not [each for each in (PERSON, f"{CANARY} Ana", f"{CANARY}.gil") if each in answers]


@pytest.mark.promise(9)
@pytest.mark.parametrize("field", POISONED)
def test_an_invalid_event_or_form_is_reported_without_its_values(
    cloud: Emulator, capfd: pytest.CaptureFixture[str], field: str
) -> None:
    path, document = POISONED[field]

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

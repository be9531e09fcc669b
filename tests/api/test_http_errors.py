"""The errors of the HTTP API: which status, which error, which field."""

import base64
import json
from typing import Any

import pytest

from tests.testkit.api.fixtures import TUNE, Customer

DECIDES = {"scope": "consentry/decide"}

MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
PART = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
ERASURE = {"erasure_id": "e-1", "party": {"person": "ana"}}
PARTS = "".join(PART.format(name, value) for name, value in ERASURE.items())
FORM = base64.b64encode(f"{PARTS}--b--\r\n".encode()).decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"data": []}, "data", id="no data"),
        pytest.param({"data": ["audio"]}, "data.0", id="no category"),
        pytest.param({"use": {"operation": "train"}}, "use.operation", id="no operation"),
        pytest.param({"customer": "a#b"}, "customer", id="a delimiter in an id"),
        pytest.param({"customer": "ac\u00adme"}, "customer", id="a soft hyphen in an id"),
        pytest.param({"collected": {"at": 0, "by_service": "general"}}, "collected.at", id="epoch"),
        pytest.param(
            {"collected": {"at": "2999-01-01T00:00:00Z", "by_service": "general"}},
            "collected.at",
            id="collected in the future",
        ),
        pytest.param({"people": [{"person": "a", "role": "x"}]}, "people.0.role", id="no role"),
        pytest.param({"consent": True}, "body", id="a word on consent"),
        pytest.param({"at": "2023-01-01T00:00:00Z"}, "body", id="the caller's clock"),
    ],
)
def test_an_invalid_request_is_rejected_by_field(
    acme: Customer, changes: dict[str, object], field: str
) -> None:
    claims = {"sub": "pipeline", "consentry_customers": "*"} | DECIDES
    acme.registers_a_form()

    answer = acme.send("POST", "/decisions", acme.request("r1") | changes, claims)

    assert (answer.status, answer.body["error"], answer.body["field"]) == (
        422,
        "invalid_request",
        field,
    )
    assert acme.decisions() == []


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("claims", "status"),
    [
        pytest.param({}, 403, id="no claims of ours"),
        pytest.param({"sub": "admin"}, 403, id="no customers"),
        pytest.param({"sub": "admin", "consentry_customers": ""}, 403, id="an empty list"),
        pytest.param({"sub": "admin", "consentry_customers": "globex"}, 403, id="another's"),
        pytest.param({"sub": "", "consentry_customers": "*"}, 403, id="nobody"),
        pytest.param({"sub": "pipeline", "consentry_customers": "*"}, 201, id="the operator's own"),
        pytest.param({"sub": "josé", "consentry_customers": "*"}, 201, id="a name not in ASCII"),
    ],
)
def test_the_identity_limits_which_customers_may_be_accessed(
    acme: Customer, claims: dict[str, str], status: int
) -> None:
    acme.registers_a_form()

    answer = acme.send("POST", "/decisions", acme.request("r1"), claims | DECIDES)

    assert answer.status == status


def test_a_caller_of_all_customers_gets_404_for_one_that_does_not_exist(acme: Customer) -> None:
    claims = {"sub": "pipeline", "consentry_customers": "*"} | DECIDES

    before = acme.send("POST", "/decisions", acme.request("r1"), claims)
    acme.registers_a_form()
    after = acme.send("POST", "/decisions", acme.request("r1"), claims)

    assert (before.status, before.body["problem"]) == (404, "no such customer")
    assert after.status == 201


@pytest.mark.parametrize(
    ("path", "consent_event", "error"),
    [
        ("consent-events", {"kind": "withdrawal"}, "invalid_request"),
        ("withdrawals", {"kind": "refusal"}, "invalid_request"),
        ("consent-events", {"kind": "grant", "form_id": "0" * 64}, "unknown_form"),
        ("consent-events", {"kind": "grant", "uses": "all"}, "invalid_request"),
        ("consent-events", {"kind": "refusal", "until": "2030-01-01T00:00:00Z"}, "invalid_request"),
    ],
)
def test_an_invalid_consent_event_is_rejected(
    acme: Customer, path: str, consent_event: dict[str, str], error: str
) -> None:
    common = {
        "consent_event_id": "a",
        "party": "customer",
        "uses": [TUNE],
        "data": ["customer_content"],
    }

    answer = acme.send("POST", f"{acme.path}/{path}", common | consent_event)

    assert (answer.status, answer.body["error"]) == (422, error)
    assert acme.send("GET", f"{acme.path}/consent?party=customer").body["consent_events"] == []


def test_an_unknown_route_gives_the_standard_error_body(acme: Customer) -> None:
    event = {"version": "2.0", "rawPath": "/nowhere", "headers": {}, "requestContext": {}}
    event["requestContext"] = {"http": {"method": "GET", "path": "/nowhere"}, "stage": "$default"}

    answer = acme.cloud.invoke("DecisionsHttpFunction", event)

    assert answer.payload["statusCode"] == 404


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        pytest.param({"body": "{"}, 400, "body", id="no JSON"),
        pytest.param({"body": "[]"}, 422, "body", id="no object"),
        pytest.param({"body": None}, 422, "body", id="nothing"),
        pytest.param({"body": base64.b64encode(b'"\xff"').decode()}, 400, "body", id="no UTF-8"),
        pytest.param({"body": "abc"}, 400, "body", id="no base64"),
        pytest.param({"headers": MULTIPART, "body": FORM}, 415, "content-type", id="a form"),
        pytest.param({"headers": {}, "body": "YQ=="}, 400, "body", id="no JSON, no type"),
    ],
)
def test_an_unreadable_body_is_a_client_error(
    acme: Customer, changes: dict[str, Any], status: int, field: str | None
) -> None:
    acme.send("POST", f"{acme.path}/erasures", ERASURE)
    event = acme.cloud.deliveries[-1].event
    body = changes.get("body") or ""

    event |= {"isBase64Encoded": len(body) > 2} | changes
    answer = acme.cloud.invoke("PrivacyHttpFunction", event).payload

    assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (status, field)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 200),
        ("", 200),
        ("application/json", 200),
        ("Application/JSON", 200),
        ("APPLICATION/JSON; Charset=UTF-8", 200),
        ('application/json;x="a;,b" ; ;', 200),
        ("application/jsonx", 415),
        ("application/json-patch+json", 415),
        ("application/json, text/plain", 415),
        ("application/json charset=utf-8", 415),
        ("application/json; charset", 415),
        ("application /json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 415),
        ("MULTIPART/FORM-DATA; boundary=b", 415),
        ("text/plain", 415),
        ("json", 415),
        (";", 415),
    ],
)
def test_a_body_is_read_if_its_media_type_is_json(
    acme: Customer, content_type: str | None, status: int
) -> None:
    acme.send("POST", f"{acme.path}/erasures", ERASURE)
    event = acme.cloud.deliveries[-1].event
    headers = {} if content_type is None else {"content-type": content_type}

    answer = acme.cloud.invoke("PrivacyHttpFunction", event | {"headers": headers}).payload

    assert answer["statusCode"] == status
    if status == 415:
        assert json.loads(answer["body"]) == {
            "error": "unsupported_media_type",
            "field": "content-type",
            "problem": "is not application/json",
        }


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("decisions?frm=2026", "known are from, outcome, limit, page"),
        ("decisions/{id}~t?Zanzibar=1", "this route takes none"),
        ("uses?customer=acme", "known are limit, page"),
        ("consent?as_of=2026-01-01T00:00:00Z", "known are party, person, at"),
        ("consent?person=ana&At=2026-01-01T00:00:00Z", "known are party, person, at"),
        ("receipts/customer/a?format=html", "known are at"),
        ("forms?from=2026", "known are limit, page"),
        ("keys/{kid}?at=2026-01-01T00:00:00Z", "this route takes none"),
        ("data-sets/{id}~t?at=2026-01-01T00:00:00Z", "this route takes none"),
        ("withdrawals/{id}~t~a?at=2026-01-01T00:00:00Z", "this route takes none"),
    ],
)
def test_an_unknown_query_parameter_is_rejected_and_not_repeated(
    acme: Customer, path: str, known: str
) -> None:
    answer = acme.send("GET", f"{acme.path}/{path.format(id=acme.id, kid='A' * 43)}")

    assert (answer.status, answer.body["error"], answer.body["field"]) == (
        422,
        "invalid_request",
        "query",
    )
    assert answer.body["problem"] == f"has an unknown parameter; {known}"

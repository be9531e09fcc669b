"""Every real AWS event and JSON parser case at every handler: a typed error, nothing lost, no allow."""

import base64
import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.testkit.api.fixtures import Customer, decision_count, sqs_batch
from tests.testkit.vendored import every, vendored_json

EVENTS = vendored_json("aws-events")
ENVELOPES = every(list(EVENTS), 4)
TEXTS = vendored_json("json-test-suite", "test_parsing/")
CASES = every(list(TEXTS), 10)
"""`make test` sends a few of them. A campaign sends all, and all go through the loader's own test."""

pytestmark = pytest.mark.campaign
HTTP_HANDLERS = ("DecisionsHttpFunction", "ConsentHttpFunction", "AuditHttpFunction")
EVENT_HANDLERS = (
    "DecisionsBusFunction",
    "DecisionsQueueFunction",
    "DecisionsTaskFunction",
    "ScreeningObjectCreatedFunction",
)
TYPED = {"InvalidRequestError", "UnknownCallerError", "ForbiddenCustomerError"}


def read(path: PurePosixPath) -> Any:
    return json.loads(EVENTS[path])


def is_http(path: PurePosixPath) -> bool:
    return "http" in read(path).get("requestContext", {})


HTTP_ENVELOPES = [path for path in EVENTS if is_http(path)]


@pytest.mark.promise(4)
@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
@pytest.mark.parametrize("function", EVENT_HANDLERS)
def test_an_unknown_aws_event_fails_and_is_never_allowed(
    acme: Customer, function: str, path: PurePosixPath
) -> None:
    envelope, before = read(path), decision_count(acme.cloud)

    answer = acme.cloud.invoke(function, envelope)

    assert decision_count(acme.cloud) == before
    if answer.error is None:
        failed = [each["itemIdentifier"] for each in answer.payload["batchItemFailures"]]
        assert failed == [record["messageId"] for record in envelope["Records"]]
    else:
        assert answer.error.type in TYPED


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
@pytest.mark.parametrize("function", HTTP_HANDLERS)
def test_an_http_handler_answers_unknown_http_events_and_raises_on_others(
    acme: Customer, function: str, path: PurePosixPath
) -> None:
    envelope, before = read(path), decision_count(acme.cloud)

    answer = acme.cloud.invoke(function, envelope)

    assert decision_count(acme.cloud) == before
    if is_http(path):
        assert 400 <= answer.payload["statusCode"] < 500
        assert "error" in json.loads(answer.payload["body"])
    else:
        assert answer.error is not None


@pytest.mark.parametrize("path", HTTP_ENVELOPES, ids=lambda path: path.stem)
def test_an_unknown_http_event_on_our_route_is_rejected(
    acme: Customer, path: PurePosixPath
) -> None:
    envelope = read(path)
    envelope |= {"rawPath": "/decisions", "routeKey": "POST /decisions"}
    envelope["requestContext"] |= {"stage": "$default"}
    envelope["requestContext"]["http"] |= {"method": "POST", "path": "/decisions"}

    answer = acme.cloud.invoke("DecisionsHttpFunction", envelope)

    assert answer.payload["statusCode"] in (403, 415, 422)
    assert "error" in json.loads(answer.payload["body"])


def encoded(customer: Customer, body: bytes) -> dict[str, Any]:
    """POST /decisions with exactly these bytes, base64-encoded as API Gateway passes on what is not text."""
    claims = {"jwt": {"claims": customer.claims()}}
    http = {"method": "POST", "path": "/decisions"}
    return {
        "version": "2.0",
        "rawPath": "/decisions",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "requestId": "r=",
            "stage": "$default",
            "http": http,
            "authorizer": claims,
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@pytest.mark.promise(4)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_json_parser_case_is_rejected_by_every_handler(
    acme: Customer, path: PurePosixPath
) -> None:
    text = TEXTS[path].decode("utf-8", errors="surrogateescape")
    sendable = text.encode("utf-8", errors="replace").decode("utf-8")

    http = acme.send("POST", "/decisions", sendable)
    raw = acme.cloud.invoke("DecisionsHttpFunction", encoded(acme, TEXTS[path]))
    queue = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(sendable))

    # A parser must reject the cases named n_; the empty one is no body.
    rejected = (400,) if path.name.startswith("n_") and sendable else (400, 422)
    assert raw.payload["statusCode"] in rejected
    assert http.status in (400, 422)
    assert http.body["error"] == "invalid_request"
    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert acme.decisions() == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_json_parser_case_inside_a_request_is_rejected(
    acme: Customer, path: PurePosixPath
) -> None:
    case = TEXTS[path].decode("utf-8", errors="replace")
    whole = json.dumps(acme.request("r1"))[:-1] + f', "extra": {case}}}'

    queue = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(whole))

    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert acme.decisions() == []


@pytest.mark.parametrize(
    ("written", "twice"),
    [
        pytest.param('"customer"', '"customer": "globex", "customer"', id="whose data"),
        pytest.param('"service"', '"service": "general", "service"', id="deep inside"),
    ],
)
def test_a_request_that_only_a_lax_parser_accepts_is_rejected(
    acme: Customer, written: str, twice: str
) -> None:
    request = json.dumps(acme.request("r1")).replace(written, twice)
    assert json.loads(request) == acme.request("r1")

    http = acme.send("POST", "/decisions", request)
    queue = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(request))

    assert (http.status, http.body["field"]) == (400, "body")
    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert acme.decisions() == []

"""What a caller may do: each route needs one permission, and a token may be limited to one person."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from consentry.kernel.authorization import Caller, trigger_identity
from consentry.kernel.errors import UnavailableError
from consentry_emulator.delivery.http_api import Request, payload
from functions.adapters import api_gateway
from functions.adapters.eventbridge import source_caller
from functions.decisions import queue, task
from functions.openapi import openapi_document
from functions.screening.object_created import RequestObject
from tests.testkit.api.data_sets import withdraw
from tests.testkit.api.fixtures import TUNE, Customer, Http, sqs_batch
from tests.testkit.handlers import CONTEXT
from tests.testkit.scopes import EVERY_SCOPE, PERMISSIONS

NOBODY = "~".join(("{customer}", "a" * 26))
KID = "A" * 43
EVENT = {
    "consent_event_id": "e",
    "party": "customer",
    "kind": "refusal",
    "uses": "all",
    "data": "all",
}
USE = {"use": TUNE, "model_owner": "first_party"}
FORM = {"text": "?", "locale": "en", "uses": [TUNE], "data": ["customer_content"]}
REDEMPTION = {"run_id": "r", "permit": "p", "admitted": "0" * 64} | USE
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
DECISION = {
    "data": ["service_generated"],
    "collected": {"at": "2026-01-05T09:00:00Z", "by_service": "meeting_summary"},
    "declared_by": "curation",
} | USE

REQUESTS: Mapping[str, tuple[str, Mapping[str, Any] | None]] = {
    "POST /decisions": ("decide", DECISION | {"customer": "{customer}"}),
    "POST /customers/{customer}/decisions": ("decide", DECISION),
    "GET /customers/{customer}/decisions": ("read", None),
    "GET /customers/{customer}/decisions/{decision_id}": ("read", None),
    "GET /customers/{customer}/uses": ("read", None),
    "POST /customers/{customer}/consent-events": ("record_consent", EVENT),
    "POST /customers/{customer}/withdrawals": ("record_consent", {"party": "customer"}),
    "GET /customers/{customer}/withdrawals/{withdrawal_id}": ("read", None),
    "GET /customers/{customer}/consent": ("read", None),
    "GET /customers/{customer}/similar-people": ("read", None),
    "GET /customers/{customer}/receipts/{party}/{consent_event_id}": ("read", None),
    "POST /customers/{customer}/forms": ("administer", FORM),
    "GET /customers/{customer}/forms": ("read", None),
    "GET /customers/{customer}/forms/{form_id}": ("read", None),
    "POST /customers/{customer}/keys": ("administer", {"jwk": JWK, "party": "customer"}),
    "GET /customers/{customer}/keys": ("read", None),
    "GET /customers/{customer}/keys/{kid}": ("read", None),
    "POST /customers/{customer}/keys/{kid}/revoke": ("administer", None),
    "GET /customers/{customer}/data-sets": ("read", None),
    "GET /customers/{customer}/data-sets/{data_set_id}": ("read", None),
    "POST /customers/{customer}/data-sets/{data_set_id}/models": (
        "administer",
        {"model_id": "m", "kind": "adapter", "location": "here"},
    ),
    "GET /customers/{customer}/data-sets/{data_set_id}/models": ("read", None),
    "GET /customers/{customer}/data-sets/{data_set_id}/models/{model_id}": ("read", None),
    "GET /customers/{customer}/permits": ("read", None),
    "GET /customers/{customer}/permits/{permit_id}": ("read", None),
    "POST /customers/{customer}/permits/{permit_id}/redeem": ("redeem", REDEMPTION),
    "GET /customers/{customer}/permits/{permit_id}/redemptions": ("read", None),
    "GET /customers/{customer}/permits/{permit_id}/redemptions/{run_id}": ("read", None),
    "POST /customers/{customer}/erasures": ("erase", {"party": {"person": "zoe"}}),
}
"""Each route with its permission, and a body that is valid."""


def claims_of(customer: Customer, *permissions: str, **claims: str) -> dict[str, str]:
    scope = " ".join(f"consentry/{permission}" for permission in permissions)
    return {"sub": "caller", "consentry_customers": customer.id, "scope": scope} | claims


QUERIES = {
    "GET /customers/{customer}/consent": "?party=customer",
    "GET /customers/{customer}/similar-people": "?person=ana",
}


def request_of(customer: Customer, route: str) -> tuple[str, str, Any]:
    """The method, path and body of a valid request; nothing is stored under the ids in its path."""
    method, _, path = route.partition(" ")
    token = NOBODY.format(customer=customer.id)
    ids = dict.fromkeys(("decision_id", "data_set_id", "permit_id"), token)
    ids |= {"customer": customer.id, "withdrawal_id": f"{customer.id}~customer~{'a' * 26}"}
    ids |= {"party": "customer", "consent_event_id": "none", "form_id": "0" * 64}
    ids |= {"kid": KID, "model_id": "none", "run_id": "none"}
    body = REQUESTS[route][1]
    text = json.dumps(body).replace("{customer}", customer.id)
    query = QUERIES.get(route, "")
    return method, path.format(**ids) + query, json.loads(text)


def past_the_gateway(
    customer: Customer, method: str, path: str, body: Any, claims: Mapping[str, str]
) -> Http:
    """The answer of the function itself, as if its route in the API named no scopes."""
    route, parameters = customer.cloud._http_api._match_route(method, path.partition("?")[0]) or (
        None,
        {},
    )
    assert route is not None
    request = Request(method, path, "" if body is None else json.dumps(body), claims)
    event = payload(request, route, parameters, claims)
    name = customer.cloud.wiring.functions[route.function_arn].logical_id
    answer = customer.cloud.invoke(name, event).payload
    return Http(answer["statusCode"], json.loads(answer["body"]))


def test_each_route_of_the_api_is_tested_here() -> None:
    document = openapi_document()

    routes = {
        f"{method.upper()} {path}": operation["security"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert routes == {
        route: [{"Callers": [f"consentry/{permission}"]}]
        for route, (permission, _) in REQUESTS.items()
    }


@pytest.mark.promise(8)
@pytest.mark.parametrize("route", REQUESTS)
def test_a_route_answers_exactly_the_callers_with_its_permission(
    acme: Customer, route: str
) -> None:
    method, path, body = request_of(acme, route)

    for permission in PERMISSIONS:
        claims = claims_of(acme, permission)
        by_api = acme.send(method, path, body, claims)
        by_function = past_the_gateway(acme, method, path, body, claims)

        if permission == REQUESTS[route][0]:
            assert by_api.status in (200, 201, 404)
            assert by_function.status in (200, 201, 404)
        else:
            assert (by_api.status, by_api.body) == (403, {"message": "Forbidden"})
            problem = f"the caller lacks the permission {REQUESTS[route][0]}"
            error = {"error": "forbidden_permission", "field": None, "problem": problem}
            assert (by_function.status, by_function.body) == (403, error)


@pytest.mark.promise(8)
@pytest.mark.parametrize("route", REQUESTS)
def test_a_token_for_one_person_reaches_nothing_of_the_customer(acme: Customer, route: str) -> None:
    method, path, body = request_of(acme, route)
    claims = claims_of(acme, consentry_person="ana") | {"scope": EVERY_SCOPE}

    answer = acme.send(method, path, body, claims)

    assert (answer.status, answer.body["error"]) == (403, "forbidden_person")


@pytest.mark.promise(8)
@pytest.mark.parametrize("person", ["ana", "ben", None])
def test_a_token_for_one_person_records_and_reads_the_consent_of_this_person_only(
    acme: Customer, person: str | None
) -> None:
    withdraw(acme, "ana")
    withdraw(acme, "ben")
    own = claims_of(acme, consentry_person="ana") | {"scope": EVERY_SCOPE}
    query = f"?person={person}" if person else "?party=customer"
    shown = acme.send("GET", f"{acme.path}/consent{query}").body["consent_events"]
    party = shown[0]["party"] if shown else "customer"
    named = {"party": {"person": person} if person else "customer"}

    answers = [
        acme.send("POST", f"{acme.path}/consent-events", EVENT | named, own),
        acme.send("POST", f"{acme.path}/withdrawals", named, own),
        acme.send("GET", f"{acme.path}/consent{query}", None, own),
        acme.send("GET", f"{acme.path}/receipts/{party}/w", None, own),
    ]

    if person == "ana":
        assert [answer.status for answer in answers] == [201, 201, 200, 200]
    else:
        assert {(answer.status, answer.body["error"]) for answer in answers} == {
            (403, "forbidden_person")
        }


@pytest.mark.promise(8)
def test_a_pipeline_cannot_grant_what_it_was_denied(acme: Customer) -> None:
    pipeline = claims_of(acme, "decide", "redeem")
    withdraw(acme, "ana")
    grant = EVENT | {"kind": "grant", "uses": [TUNE], "data": ["customer_content"]}

    denied = acme.send("POST", "/decisions", acme.request("first"), pipeline)
    attempts = [
        acme.send("POST", f"{acme.path}/forms", FORM, pipeline),
        acme.send("POST", f"{acme.path}/keys", {"jwk": JWK, "party": "customer"}, pipeline),
        acme.send("POST", f"{acme.path}/consent-events", grant, pipeline),
        acme.send(
            "POST", f"{acme.path}/consent-events", grant | {"party": {"person": "ana"}}, pipeline
        ),
    ]
    repeated = acme.send("POST", "/decisions", acme.request("second"), pipeline)

    assert {attempt.status for attempt in attempts} == {403}
    assert [denied.body["outcome"], repeated.body["outcome"]] == ["deny", "deny"]


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scope": "consentry/decide"}, 201),
        ({"scope": "openid consentry/decide email"}, 201),
        ({"scp": "consentry/decide"}, 201),
        ({"scp": ["email", "consentry/decide"]}, 201),
        ({"scope": ["consentry/decide"]}, 201),
        ({"scope": "", "scp": "consentry/decide"}, 403),
        ({"scope": "decide"}, 403),
        ({"scope": "consentry/DECIDE"}, 403),
        ({"scope": "consentry/decided"}, 403),
        ({"scope": "consentry/*"}, 403),
        ({"scope": "consentry/decide,consentry/read"}, 403),
        ({}, 403),
    ],
    ids=str,
)
def test_scopes_are_read_from_the_token_as_the_gateway_reads_them(
    acme: Customer, claims: dict[str, Any], status: int
) -> None:
    caller = {"sub": "caller", "consentry_customers": acme.id} | claims

    answer = acme.send("POST", "/decisions", acme.request("r"), caller)

    assert answer.status == status


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("customers", "status"),
    [
        ("{id}", 201),
        (" globex  {id} ", 201),
        ("[{id}]", 201),
        ("[globex {id}]", 201),
        (["globex", "{id}"], 201),
        ('["globex", "{id}"]', 201),
        ('["{id}"]', 201),
        ("[*]", 201),
        (["*"], 201),
        ("[]", 403),
        ([], 403),
        ("[globex]", 403),
        ('["{id}"', 403),
        ('["{id}", 1]', 403),
        ("[{id}", 403),
        ("{id}]", 403),
        ([["{id}"]], 403),
        ({"{id}": True}, 403),
        (True, 403),
        (1, 403),
        (None, 403),
    ],
    ids=str,
)
def test_the_customers_of_a_token_are_read_in_each_form_that_identity_providers_send(
    acme: Customer, customers: Any, status: int
) -> None:
    def with_id(value: Any) -> Any:
        if isinstance(value, list):
            return [with_id(each) for each in value]
        return value.replace("{id}", acme.id) if isinstance(value, str) else value

    acme.registers_a_form()
    claims = {"sub": "c", "consentry_customers": with_id(customers), "scope": "consentry/decide"}

    # As the function sees them, whether or not API Gateway has changed lists into text.
    answer = past_the_gateway(acme, "POST", "/decisions", acme.request("r"), claims)

    assert answer.status == status


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    "context",
    [{}, {"authorizer": None}, {"authorizer": "x"}, {"authorizer": {"jwt": []}}, "x", None],
    ids=str,
)
def test_a_request_context_without_claims_names_no_caller(acme: Customer, context: Any) -> None:
    acme.send("POST", "/decisions", acme.request("r"))
    event = acme.cloud.deliveries[-1].event
    found = event["requestContext"]
    if isinstance(context, dict):
        context = {name: found[name] for name in ("http", "stage", "requestId")} | context

    claims = api_gateway._claims(event | {"requestContext": context})

    assert claims == {}
    assert api_gateway._claims(event) == found["authorizer"]["jwt"]["claims"]


@pytest.mark.promise(8)
def test_an_empty_person_in_a_token_does_not_mean_everybody(acme: Customer) -> None:
    claims = claims_of(acme, "record_consent", consentry_person="")

    answer = acme.send("POST", f"{acme.path}/withdrawals", {"party": {"person": "ana"}}, claims)

    assert (answer.status, answer.body["error"]) == (403, "unknown_caller")


@pytest.mark.promise(8)
def test_callers_of_other_triggers_may_only_decide(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = [
        source_caller("meetings.pipeline", '{"meetings.pipeline": "*"}'),
        RequestObject("acme/requests/r.json", "acme", "r").caller,
    ]
    deps = SimpleNamespace(settings=SimpleNamespace(queue_customers="*", task_customers="*"))
    (message,) = sqs_batch(json.dumps(acme.request("q")))["Records"]

    def decide(_request: object, caller: Caller, _deps: object) -> None:
        callers.append(caller)
        raise UnavailableError

    for handler in (queue, task):
        monkeypatch.setattr(handler, "decide_and_report", decide)
        monkeypatch.setattr(handler.AuditDependencies, "open", lambda _: deps)
    with pytest.raises(UnavailableError):
        queue.decide_message(SQSRecord(message))
    with pytest.raises(UnavailableError):
        task.handle(acme.request("t"), CONTEXT)

    assert len(callers) == 4
    names = {"bus:meetings.pipeline", "bucket", "queue", "task"}
    assert {caller.identity for caller in callers} == {trigger_identity(name) for name in names}
    assert {caller.permissions for caller in callers} == {frozenset({"decide"})}

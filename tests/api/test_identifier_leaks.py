"""No handler that decides leaks an identifier: not to logs, metrics, errors, dead letters or tables."""

import json
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.runtime import InvocationResult
from tests.testkit.api.canaries import CANARY, with_canaries
from tests.testkit.api.fixtures import TUNE, Customer, bus_event, sqs_batch
from tests.testkit.api.permits import screened
from tests.testkit.scopes import EVERY_SCOPE


def request_with_canaries(customer: str) -> dict[str, Any]:
    """A valid request with a canary in every text that the caller chooses."""
    return {
        "request_id": f"{CANARY}-request",
        "customer": customer,
        "data": ["customer_content.audio"],
        "use": TUNE,
        "model_owner": "first_party",
        "collected": {"at": "2026-01-05T09:00:00Z", "by_service": "meeting_summary"},
        "people": [{"person": f"{CANARY}.ana@acme.example", "role": "host"}],
        "declared_by": f"{CANARY}-declarant",
    }


CUSTOMER = f"{CANARY}-customer"
POISONED = dict(with_canaries(request_with_canaries(CUSTOMER)))


def invoke_all(cloud: Emulator, request: dict[str, Any]) -> list[InvocationResult]:
    claims = {
        "sub": f"{CANARY}.admin@acme.example",
        "consentry_customers": "*",
        "scope": EVERY_SCOPE,
    }
    seen = len(cloud.deliveries)
    cloud.http("POST", "/decisions", request, claims)
    detail = {name: value for name, value in request.items() if name != "request_id"}
    return [
        *[InvocationResult("", d.answer, d.error, d.log, 0) for d in cloud.deliveries[seen:]],
        cloud.invoke("DecisionsBusFunction", bus_event(detail)),
        cloud.invoke("DecisionsQueueFunction", sqs_batch(json.dumps(detail))),
        cloud.invoke("DecisionsTaskFunction", request),
    ]


def response_text(answer: InvocationResult) -> str:
    """Everything that an invocation emits, without the customer's id in decision ids and in the Location."""
    error = answer.error
    text = answer.log + (error.message + error.trace if error else "") + json.dumps(answer.payload)
    return text.replace(f"{CUSTOMER}~", "").replace(f"/customers/{CUSTOMER}/", "")


@pytest.mark.promise(9)
def test_a_decided_request_leaks_no_identifier(
    cloud: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = invoke_all(cloud, request_with_canaries(CUSTOMER))

    printed = capfd.readouterr()
    for answer in answers:
        assert CANARY not in response_text(answer)
    assert CANARY not in printed.out + printed.err


@pytest.mark.promise(9)
@pytest.mark.parametrize("field", POISONED)
def test_an_invalid_request_is_reported_without_its_values(
    cloud: Emulator, capfd: pytest.CaptureFixture[str], field: str
) -> None:
    answers = invoke_all(cloud, POISONED[field])

    printed = capfd.readouterr()
    for answer in answers:
        assert CANARY not in response_text(answer)
    assert CANARY not in printed.out + printed.err


@pytest.mark.promise(9)
def test_no_row_of_any_table_contains_a_persons_id(acme: Customer) -> None:
    claims = {"sub": f"{CANARY}.admin", "consentry_customers": acme.id, "scope": EVERY_SCOPE}
    assert screened(acme).redeem(claims=claims).status == 201
    acme.send("POST", "/decisions", request_with_canaries(acme.id))
    person = f"{CANARY}.ana@acme.example"
    refusal = {"consent_event_id": "a", "party": {"person": person}, "kind": "refusal"}
    acme.send("POST", f"{acme.path}/consent-events", refusal | {"uses": "all", "data": "all"})
    client = acme.cloud.client("dynamodb")

    for table in client.list_tables()["TableNames"]:
        rows = client.scan(TableName=table)["Items"]
        assert rows
        assert CANARY not in json.dumps(
            [row for row in rows if acme.id in row["pk"]["S"]], default=repr
        )

"""Decisions by EventBridge, SQS and Step Functions: answers, redeliveries and invalid events."""

import json
from typing import Any

import pytest

from tests.testkit.api.fixtures import Customer, bus_event, sqs_batch


def test_a_request_on_the_bus_is_answered_on_the_bus(acme: Customer) -> None:
    acme.registers_a_form()
    acme.cloud.deliver()
    delivered = len(acme.cloud.deliveries)

    acme.cloud.put_event("meetings.pipeline", "DataUseRequested", acme.request(None))
    acme.cloud.deliver()

    request, reply = acme.cloud.deliveries[delivered:]
    detail = reply.event["detail"]
    assert reply.event["detail-type"] == "DataUseDecided"
    assert detail["in_reply_to"] == detail["request_id"] == request.event["id"]
    assert (detail["outcome"], detail["decision_id"]) == ("deny", request.answer["decision_id"])


@pytest.mark.promise(3)
def test_an_event_delivered_twice_is_one_decision(acme: Customer) -> None:
    acme.registers_a_form()
    event = bus_event(acme.request(None), id=f"event-{acme.id}")

    answers = [acme.cloud.invoke("DecisionsBusFunction", event).payload for _ in range(2)]
    acme.cloud.deliver()

    assert answers[0] == answers[1]
    assert len(acme.decisions()) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"detail-type": "DataUseDecided"}, "InvalidRequestError"),
        ({"source": "unknown.source"}, "UnknownCallerError"),
        ({"id": 7}, "InvalidRequestError"),
        ({"version": "1"}, "InvalidRequestError"),
        ({"detail": []}, "InvalidRequestError"),
    ],
)
def test_an_invalid_bus_event_raises_so_that_lambda_dead_letters_it(
    acme: Customer, changes: dict[str, Any], error: str
) -> None:
    answer = acme.cloud.invoke("DecisionsBusFunction", bus_event(acme.request("r1")) | changes)

    assert answer.error is not None
    assert answer.error.type == error
    assert acme.decisions() == []


def test_an_invalid_event_reaches_the_dead_letter_queue_with_its_error(acme: Customer) -> None:
    poison = acme.request(None) | {"customer": f"{acme.id}-poison", "urgent": True}

    acme.cloud.put_event("meetings.pipeline", "DataUseRequested", poison)
    acme.cloud.deliver()

    (letter,) = [each for each in acme.cloud.dead_letters() if f"{acme.id}-poison" in each.body]
    assert json.loads(letter.body)["detail"] == poison
    problem = "body: has an unknown field; the known fields are request_id, customer, "
    assert letter.attributes["ErrorMessage"].startswith(problem)


def test_one_invalid_message_fails_alone_in_its_batch(acme: Customer) -> None:
    acme.registers_a_form()
    good = [json.dumps(acme.request(f"r{number}")) for number in range(2)]

    answer = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(good[0], "{", good[1]))

    assert answer.payload == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert len(acme.decisions()) == 2


def test_an_invalid_message_reaches_the_dead_letter_queue(acme: Customer) -> None:
    acme.cloud.send_message(f"poison of {acme.id}", "RequestQueue")

    acme.cloud.deliver()

    assert f"poison of {acme.id}" in [each.body for each in acme.cloud.dead_letters()]


@pytest.mark.parametrize(
    "event",
    [
        [],
        {},
        {"Records": {}},
        {"Records": []},
        {"Records": [7]},
        {"Records": [{"eventSource": "aws:sns"}]},
        {"Records": [{"eventSource": "aws:sqs", "body": "{}"}]},
    ],
)
def test_an_invalid_batch_raises(acme: Customer, event: Any) -> None:
    answer = acme.cloud.invoke("DecisionsQueueFunction", event)

    assert answer.error is not None
    assert answer.error.type == "InvalidRequestError"


def test_a_message_without_a_request_id_uses_its_message_id(acme: Customer) -> None:
    acme.registers_a_form()
    batch = sqs_batch(json.dumps(acme.request(None)))

    for _ in range(2):
        acme.cloud.invoke("DecisionsQueueFunction", batch)

    assert len(acme.decisions()) == 1


def test_the_step_functions_task_returns_an_outcome(acme: Customer) -> None:
    acme.grants()

    allowed = acme.cloud.invoke("DecisionsTaskFunction", acme.request("r1"))
    denied = acme.cloud.invoke(
        "DecisionsTaskFunction", acme.request("r2", model_owner="third_party")
    )

    assert (allowed.payload["outcome"], denied.payload["outcome"]) == ("allow", "deny")


@pytest.mark.parametrize("event", [{}, [], None, "allow", {"request": {}}])
def test_the_step_functions_task_raises_on_invalid_input(acme: Customer, event: Any) -> None:
    answer = acme.cloud.invoke("DecisionsTaskFunction", event)

    assert answer.error is not None
    assert answer.error.type == "InvalidRequestError"


@pytest.mark.promise(2)
def test_a_redelivery_after_a_withdrawal_is_denied_at_every_handler(acme: Customer) -> None:
    acme.grants()
    request = acme.request("r1")
    allowed = acme.cloud.invoke("DecisionsTaskFunction", request).payload
    acme.withdraws(None)

    task = acme.cloud.invoke("DecisionsTaskFunction", request).payload
    bus = acme.cloud.invoke("DecisionsBusFunction", bus_event(request)).payload
    queue = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(json.dumps(request))).payload
    http = acme.send("POST", "/decisions", request).body

    assert allowed["outcome"] == "allow"
    assert [task["outcome"], bus["outcome"], http["outcome"]] == ["deny"] * 3
    assert queue == {"batchItemFailures": []}
    assert [d["revision"] for d in acme.decisions()] == [1, 2]

"""Customers are isolated at every handler: which customers a caller may name, and what it can read."""

import json
import re

import pytest

from tests.testkit.api.fixtures import Customer, bus_event, function, sqs_batch

NAMED_BY_KEY = re.compile(r"[a-z2-7]{26}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z|sha256:[0-9a-f]+")


@pytest.fixture
def bound_to_another(acme: Customer, globex: Customer, monkeypatch: pytest.MonkeyPatch) -> Customer:
    """A customer that the callers of the event handlers may not name; they may name another one."""
    callers = json.dumps({"meetings.pipeline": globex.id})
    for function_name, name, value in (
        ("DecisionsBusFunction", "BUS_CALLERS", callers),
        ("DecisionsQueueFunction", "QUEUE_CUSTOMERS", globex.id),
        ("DecisionsTaskFunction", "TASK_CUSTOMERS", globex.id),
    ):
        environment = function(acme.cloud, function_name).environment
        monkeypatch.setitem(environment, name, value)
    return acme


@pytest.mark.promise(7)
def test_a_caller_of_another_customer_is_forbidden_at_every_event_consumer(
    bound_to_another: Customer, globex: Customer
) -> None:
    cloud, request = bound_to_another.cloud, bound_to_another.request("r1")

    bus = cloud.invoke("DecisionsBusFunction", bus_event(request))
    task = cloud.invoke("DecisionsTaskFunction", request)
    queue = cloud.invoke(
        "DecisionsQueueFunction", sqs_batch(json.dumps(request), json.dumps(globex.request("r1")))
    )

    assert bus.error is not None
    assert task.error is not None
    assert [bus.error.type, task.error.type] == ["ForbiddenCustomerError"] * 2
    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert "ForbiddenCustomerError" in queue.log
    assert bound_to_another.decisions() == []


@pytest.mark.promise(3)
def test_a_reused_request_id_is_a_conflict_at_every_event_consumer(acme: Customer) -> None:
    acme.registers_a_form()
    acme.cloud.invoke("DecisionsTaskFunction", acme.request("r1"))
    other = acme.request("r1", data=["service_generated"])

    bus = acme.cloud.invoke("DecisionsBusFunction", bus_event(other))
    task = acme.cloud.invoke("DecisionsTaskFunction", other)
    queue = acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(json.dumps(other)))

    assert bus.error is not None
    assert task.error is not None
    assert [bus.error.type, task.error.type] == ["ConflictingIdError"] * 2
    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert len(acme.decisions()) == 1


def responses(customer: Customer, other: Customer | None = None) -> list[str]:
    """Every response that a customer gets, byte for byte except its own id, pseudonyms and times.

    After each step the `other` customer, if any, does the opposite with the same ids.
    """
    seen = [customer.send("POST", "/decisions", customer.request("r1")).body]
    if other:
        other.grants()
    customer.grants()
    if other:
        other.withdraws("ana")
        other.send("POST", "/decisions", other.request("r2"))
    seen.append(customer.send("POST", "/decisions", customer.request("r2")).body)
    customer.withdraws("ben")
    if other:
        other.withdraws(None)
        other.send("POST", "/decisions", other.request("r3"))
    seen.append(customer.send("POST", "/decisions", customer.request("r2")).body)
    for path in (
        "/decisions",
        "/uses",
        "/consent?party=customer",
        "/consent?person=ana",
        "/forms",
        "/keys",
    ):
        seen.append(customer.send("GET", f"{customer.path}{path}").body)
    return [
        NAMED_BY_KEY.sub("*", json.dumps(each).replace(customer.id, "customer")) for each in seen
    ]


@pytest.mark.promise(7)
def test_a_customer_sees_the_same_whatever_another_customer_does(
    acme: Customer, globex: Customer
) -> None:
    """Two runs: the other customer does nothing, then it does the opposite."""
    alone = responses(Customer(acme.cloud, f"{acme.id}-alone"))

    beside_another = responses(acme, globex)

    assert beside_another == alone
    assert [re.findall(r'"outcome": "\w+"', each)[0] for each in alone[:3]] == [
        '"outcome": "deny"',
        '"outcome": "allow"',
        '"outcome": "deny"',
    ]

"""When AWS fails, no handler decides, and no handler allows."""

import json
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.testkit.api.fixtures import Customer, bus_event, function, sqs_batch
from tests.testkit.names_in_text import contains_name

FAULTS = [
    ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "Any"),
    ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "ana"}}, "Any"),
    ClientError({"Error": {"Code": "InternalServerError"}}, "Any"),
    EndpointConnectionError(endpoint_url="https://ana.example"),
]
OPERATIONS = ["GetItem", "Query", "BatchGetItem", "PutItem"]


@pytest.fixture(params=FAULTS, ids=lambda fault: type(fault).__name__ + str(fault)[:50])
def fault(request: pytest.FixtureRequest) -> Exception:
    chosen: Exception = request.param
    return chosen


@pytest.fixture(params=OPERATIONS)
def broken(
    request: pytest.FixtureRequest,
    fault: Exception,
    acme: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> Customer:
    """A customer that granted, while one operation of DynamoDB fails."""
    acme.grants()
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def failing(client: Any, operation: str, arguments: Any) -> Any:
        if operation == request.param:
            raise fault
        return call(client, operation, arguments)

    if (
        request.param == "GetItem"
    ):  # The customer key is cached by now; a new customer must read it.
        acme = Customer(acme.cloud, f"{acme.id}-new")
    monkeypatch.setattr(BaseClient, "_make_api_call", failing)
    return acme


@pytest.mark.promise(4)
def test_no_handler_decides_while_dynamodb_fails(broken: Customer) -> None:
    request = broken.request("r1")

    http = broken.send("POST", "/decisions", request)
    bus = broken.cloud.invoke("DecisionsBusFunction", bus_event(request))
    task = broken.cloud.invoke("DecisionsTaskFunction", request)
    queue = broken.cloud.invoke("DecisionsQueueFunction", sqs_batch(json.dumps(request)))

    assert http.status == 503
    assert not contains_name(json.dumps(http.body), "ana")
    for event in (bus, task):
        # The text of AWS would be in the dead letter, and in the history of the execution.
        assert event.error is not None
        assert event.error.type in ("UnavailableError", "NotFoundError")
        assert not contains_name(event.error.message + event.log, "ana")
    assert not contains_name(queue.log, "ana")
    assert queue.payload == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def leave_unprocessed(acme: Customer, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on batch reads of this table return everything as unprocessed."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]
    withheld = function(acme.cloud, "DecisionsHttpFunction").environment[table]

    def throttled(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "BatchGetItem" and withheld in arguments["RequestItems"]:
            return {"Responses": {}, "UnprocessedKeys": arguments["RequestItems"]}
        return call(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", throttled)


@pytest.mark.promise(4)
@pytest.mark.parametrize("table", ["CONSENT_TABLE", "KEY_TABLE"])
def test_items_that_dynamodb_does_not_return_are_unavailable(
    acme: Customer, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    acme.grants()

    leave_unprocessed(acme, table, monkeypatch)
    answer = acme.send("POST", "/decisions", acme.request("r1"))

    assert answer.status == 503
    assert acme.decisions() == []

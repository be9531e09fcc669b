"""The contract of AssignmentRepository, over the fake DynamoDB and moto."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.kernel.errors import ConsentChangedError
from consentry.terms.assignment import Assignment, AssignmentRecord
from tests.testkit.builders.dependencies import ACME, DEFAULT_ASSIGNMENT, NOW, FakeDependencies
from tests.testkit.fakes.dynamodb_tables import CONSENTS
from tests.testkit.fakes.faults import Fault, FaultyClient

FIRST = AssignmentRecord(Assignment("zoom-terms", ("house",), ("house",), 1), NOW, "p")
SECOND = replace(FIRST, assignment=Assignment("announced", version=2))
HOUR = timedelta(hours=1)
LATER = replace(SECOND, at=NOW + HOUR)


def test_a_customer_without_an_assignment_has_the_default(deps: FakeDependencies) -> None:
    assert deps.assignments.get(ACME) == DEFAULT_ASSIGNMENT
    assert deps.assignments.get_record(ACME) is None


def test_the_last_assignment_applies_to_that_customer_only(deps: FakeDependencies) -> None:
    deps.assignments.assign(ACME, FIRST)
    deps.assignments.assign(ACME, SECOND)

    assert deps.assignments.get(ACME) == SECOND.assignment
    assert deps.assignments.get_record(ACME) == SECOND
    assert deps.assignments.get("another") == DEFAULT_ASSIGNMENT


def test_every_assignment_is_stored(deps: FakeDependencies) -> None:
    for record in (FIRST, SECOND):
        deps.assignments.assign(ACME, record)

    items = deps.client.query(
        TableName=CONSENTS,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={
            ":pk": {"S": f"{ACME}#assignment"},
            ":prefix": {"S": "assignment#"},
        },
        ConsistentRead=True,
    )["Items"]

    assert [item["sk"]["S"] for item in items] == ["assignment#0001", "assignment#0002"]


def test_the_assignment_at_a_time_is_the_one_in_force_then(deps: FakeDependencies) -> None:
    for record in (FIRST, LATER):
        deps.assignments.assign(ACME, record)

    moments = (NOW - HOUR, NOW, NOW + HOUR / 2, NOW + HOUR, NOW + 2 * HOUR)
    assignments = [deps.assignments.get_at(ACME, moment) for moment in moments]

    first, second = FIRST.assignment, LATER.assignment
    assert assignments == [DEFAULT_ASSIGNMENT, first, first, second, second]
    assert deps.assignments.get_at("another", NOW) == DEFAULT_ASSIGNMENT


@pytest.mark.parametrize(
    "record", [FIRST, replace(SECOND, assignment=replace(DEFAULT_ASSIGNMENT, version=3))]
)
def test_an_assignment_that_does_not_follow_the_current_one_writes_nothing(
    record: AssignmentRecord, deps: FakeDependencies
) -> None:
    deps.assignments.assign(ACME, replace(FIRST, assigned_by="another operator"))

    with pytest.raises(ConsentChangedError):
        deps.assignments.assign(ACME, record)

    assert deps.assignments.get_record(ACME) == replace(FIRST, assigned_by="another operator")


def test_an_assignment_with_a_lost_response_is_stored_once(client: Any) -> None:
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).assignments.assign(ACME, FIRST)

    assert FakeDependencies(client).assignments.get_record(ACME) == FIRST


def test_a_dynamodb_error_stores_no_assignment(client: Any) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, Fault.NOT_APPLIED)).assignments.assign(ACME, FIRST)

    assert FakeDependencies(client).assignments.get_record(ACME) is None

"""The port `Bindings`, promise by promise, over our fake and over moto."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.kernel.errors import ConsentChangedError
from consentry.terms.assignment import Assignment
from consentry.terms.assignment_history import AssignmentRecord
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import CONSENTS
from tests.fakes.worlds import ACME, BOUND, NOW, World

FIRST = AssignmentRecord(Assignment("zoom-terms", ("house",), ("house",), 1), NOW, "p")
SECOND = replace(FIRST, assignment=Assignment("announced", version=2))
HOUR = timedelta(hours=1)
LATER = replace(SECOND, at=NOW + HOUR)


def test_who_was_never_bound_is_bound_by_the_environment(deps: World) -> None:
    assert deps.assignments.of(ACME) == BOUND
    assert deps.assignments.record(ACME) is None


def test_the_last_binding_binds_that_customer_and_no_other(deps: World) -> None:
    deps.assignments.assign(ACME, FIRST)
    deps.assignments.assign(ACME, SECOND)

    assert deps.assignments.of(ACME) == SECOND.assignment
    assert deps.assignments.record(ACME) == SECOND
    assert deps.assignments.of("another") == BOUND


def test_every_binding_is_kept(deps: World) -> None:
    for record in (FIRST, SECOND):
        deps.assignments.assign(ACME, record)

    kept = deps.client.query(
        TableName=CONSENTS,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :act)",
        ExpressionAttributeValues={":pk": {"S": f"{ACME}#binding"}, ":act": {"S": "assignment#"}},
        ConsistentRead=True,
    )["Items"]

    assert [item["sk"]["S"] for item in kept] == ["assignment#0001", "assignment#0002"]


def test_the_books_of_a_moment_are_those_that_bound_then(deps: World) -> None:
    for record in (FIRST, LATER):
        deps.assignments.assign(ACME, record)

    moments = (NOW - HOUR, NOW, NOW + HOUR / 2, NOW + HOUR, NOW + 2 * HOUR)
    bound = [deps.assignments.at(ACME, moment) for moment in moments]

    first, second = FIRST.assignment, LATER.assignment
    assert bound == [BOUND, first, first, second, second]
    assert deps.assignments.at("another", NOW) == BOUND


@pytest.mark.parametrize("record", [FIRST, replace(SECOND, assignment=replace(BOUND, version=3))])
def test_a_binding_that_does_not_follow_the_one_now_writes_nothing(
    record: AssignmentRecord, deps: World
) -> None:
    deps.assignments.assign(ACME, replace(FIRST, assigned_by="somebody else"))

    with pytest.raises(ConsentChangedError):
        deps.assignments.assign(ACME, record)

    assert deps.assignments.record(ACME) == replace(FIRST, assigned_by="somebody else")


def test_a_binding_whose_answer_was_lost_is_found_and_not_repeated(client: Any) -> None:
    World(Faulty(client, Fault.ASKED_TWICE)).assignments.assign(ACME, FIRST)

    assert World(client).assignments.record(ACME) == FIRST


def test_an_error_of_dynamodb_is_nobodys_binding(client: Any) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, Fault.NOT_APPLIED)).assignments.assign(ACME, FIRST)

    assert World(client).assignments.record(ACME) is None

"""The port `Bindings`, promise by promise, over our fake and over moto."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.domain.errors import ConsentMovedError
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.binding_acts import BindingRecord
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import CONSENTS
from tests.fakes.worlds import ACME, BOUND, NOW, World

FIRST = BindingRecord(Binding("zoom-terms", ("house",), ("house",), 1), NOW, "p")
SECOND = replace(FIRST, binding=Binding("announced", version=2))
HOUR = timedelta(hours=1)
LATER = replace(SECOND, at=NOW + HOUR)


def test_who_was_never_bound_is_bound_by_the_environment(world: World) -> None:
    assert world.bindings.of(ACME) == BOUND
    assert world.bindings.record(ACME) is None


def test_the_last_binding_binds_that_customer_and_no_other(world: World) -> None:
    world.bindings.bind(ACME, FIRST)
    world.bindings.bind(ACME, SECOND)

    assert world.bindings.of(ACME) == SECOND.binding
    assert world.bindings.record(ACME) == SECOND
    assert world.bindings.of("another") == BOUND


def test_every_binding_is_kept(world: World) -> None:
    for record in (FIRST, SECOND):
        world.bindings.bind(ACME, record)

    kept = world.client.query(
        TableName=CONSENTS,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :act)",
        ExpressionAttributeValues={":pk": {"S": f"{ACME}#binding"}, ":act": {"S": "binding#"}},
        ConsistentRead=True,
    )["Items"]

    assert [item["sk"]["S"] for item in kept] == ["binding#0001", "binding#0002"]


def test_the_books_of_a_moment_are_those_that_bound_then(world: World) -> None:
    for record in (FIRST, LATER):
        world.bindings.bind(ACME, record)

    moments = (NOW - HOUR, NOW, NOW + HOUR / 2, NOW + HOUR, NOW + 2 * HOUR)
    bound = [world.bindings.at(ACME, moment) for moment in moments]

    first, second = FIRST.binding, LATER.binding
    assert bound == [BOUND, first, first, second, second]
    assert world.bindings.at("another", NOW) == BOUND


@pytest.mark.parametrize("record", [FIRST, replace(SECOND, binding=replace(BOUND, version=3))])
def test_a_binding_that_does_not_follow_the_one_now_writes_nothing(
    record: BindingRecord, world: World
) -> None:
    world.bindings.bind(ACME, replace(FIRST, bound_by="somebody else"))

    with pytest.raises(ConsentMovedError):
        world.bindings.bind(ACME, record)

    assert world.bindings.record(ACME) == replace(FIRST, bound_by="somebody else")


def test_a_binding_whose_answer_was_lost_is_found_and_not_repeated(client: Any) -> None:
    World(Faulty(client, Fault.ASKED_TWICE)).bindings.bind(ACME, FIRST)

    assert World(client).bindings.record(ACME) == FIRST


def test_an_error_of_dynamodb_is_nobodys_binding(client: Any) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, Fault.NOT_APPLIED)).bindings.bind(ACME, FIRST)

    assert World(client).bindings.record(ACME) is None

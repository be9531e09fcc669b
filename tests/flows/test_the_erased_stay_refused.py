"""Erasing lifts no ban: data that still names somebody erased is refused as before."""

import pytest

from consentry.domain.vocabulary import Standing
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act, asked

SIGNED = {"person": "ann", "form": FORM_SHA256, "signature": "click"}


@pytest.fixture
def world(client: FakeDynamoDB) -> World:
    made = World(client, seeded(client, ACME))
    made.grant()
    return made


@pytest.mark.parametrize("kind", ["refuse", "withdraw"])
def test_erasing_somebody_who_said_no_does_not_let_them_be_trained_on(
    world: World, kind: str
) -> None:
    world.record(act("no", kind, person="ann"))

    erase(world, "ann")

    denied = world.decide(asked())
    assert not denied.allows
    assert [each.standings[leaf] for each in denied.evidence.people for leaf in each.standings] == [
        Standing.WITHDRAWN
    ]


def test_rows_that_still_name_somebody_erased_are_refused(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])

    erase(world, "ann")

    decision = screened.screen()
    assert screened.output(decision, "refused") == row("ann")
    assert screened.output(decision, "admitted") == row("bob")


def test_a_screening_allowed_before_is_taken_back(world: World) -> None:
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    world.record(act("yes", "grant", **SIGNED))
    assert screened.screen().allows

    erase(world, "ann")

    assert not screened.screen(at=NOW + SECOND).allows


def test_somebody_never_heard_of_is_refused_once_erased(world: World) -> None:
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    first = screened.screen()

    erase(world, "ann")

    assert first.allows
    assert not screened.screen(at=NOW + SECOND).allows
    assert not world.decide(asked()).allows

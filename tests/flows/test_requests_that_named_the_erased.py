"""A request delivered again after somebody in it was erased: denied, and its row names nobody by a new name."""

import pytest

from consentry.domain.decision import Decision, recompute
from consentry.domain.errors import ConflictingIdError
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act, asked

SIGNED = {"person": "ann", "form": FORM_SHA256, "signature": "click"}


@pytest.fixture
def world(client: FakeDynamoDB) -> World:
    made = World(client, seeded(client, ACME))
    made.grant()
    return made


def test_an_allow_is_denied_after_the_erasure_and_its_row_names_nobody_new(world: World) -> None:
    world.record(act("yes", "grant", **SIGNED))
    before, allowed = world.keys.names_of(ACME, ["ann"])["ann"], world.decide(asked())

    erase(world, "ann")
    denied = world.decide(asked(), at=NOW + SECOND)

    assert allowed.allows
    assert (denied.outcome, denied.revision) == ("deny", 2)
    assert [person.party for person in denied.evidence.people] == [before]
    assert world.decide(asked(), at=NOW + 2 * SECOND) == denied
    stored = world.decisions.latest(denied.decision_id)
    assert isinstance(stored, Decision)
    assert stored == denied == recompute(stored, world.library)


@pytest.mark.parametrize("people", [["bob"], ["ann", "bob"], []])
def test_the_same_request_id_on_other_people_stays_an_error(
    world: World, people: list[str]
) -> None:
    world.decide(asked())
    erase(world, "cleo")
    others = [{"person": each, "role": "speaker"} for each in people]

    with pytest.raises(ConflictingIdError):
        world.decide(asked(people=others))


def test_other_people_in_the_place_of_the_erased_are_no_allow(world: World) -> None:
    world.decide(asked())
    erase(world, "ann")
    bob = [{"person": "bob", "role": "speaker"}]

    assert not world.decide(asked(people=bob)).allows


def test_a_request_in_which_the_role_of_the_erased_is_another_is_an_error(world: World) -> None:
    world.decide(asked())
    erase(world, "ann")

    with pytest.raises(ConflictingIdError):
        world.decide(asked(people=[{"person": "ann", "role": "host"}]))

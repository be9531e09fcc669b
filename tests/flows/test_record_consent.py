"""Acts are kept once, under the right party, or refused with nothing kept."""

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.errors import (
    ConflictingIdError,
    MalformedError,
    UnansweredError,
    UnknownFormError,
)
from tests.fakes.faults import Withholding
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, act


def test_an_act_is_kept_once_however_often_it_is_delivered(world: World) -> None:
    first = world.record(act("w", "withdraw"))
    again = world.record(act("w", "withdraw"), at=NOW + SECOND)

    assert again == first
    assert [kept.act.act_id for kept in world.consents.acts(ACME, "customer")] == ["granted", "w"]


def test_an_act_id_with_another_body_is_an_error_and_changes_nothing(world: World) -> None:
    with pytest.raises(ConflictingIdError):
        world.record(act("granted", "withdraw"))

    assert len(world.consents.acts(ACME, "customer")) == 1


def test_two_parties_may_use_the_same_act_id(world: World) -> None:
    world.record(act("same", "refuse", person="ann"))
    world.record(act("same", "refuse", person="bob"))

    names = world.keys.known_names(ACME, ("ann", "bob"))
    assert [len(world.consents.acts(ACME, name)) for name in names.values()] == [1, 1]


def test_an_act_on_a_form_that_was_never_registered_is_refused(world: World) -> None:
    with pytest.raises(UnknownFormError):
        world.record(act("g", "grant", form=FORM_SHA256[::-1], signature="click"))

    assert world.consents.act(ACME, "customer", "g") is None


def test_a_form_of_another_customer_is_not_registered_for_this_one(world: World) -> None:
    said = act("g", "grant", form=FORM_SHA256, signature="click")

    with pytest.raises(UnknownFormError):
        world.record(said.model_copy(update={"customer": "globex"}))


def test_an_act_on_a_state_that_cannot_be_read_is_not_kept(world: World) -> None:
    silent = World(Withholding(world.client, {state_key(ACME, "customer")["pk"]["S"]: 10**6}))

    with pytest.raises(UnansweredError):
        silent.record(act("w", "withdraw"))

    assert world.consents.act(ACME, "customer", "w") is None


def test_a_grant_that_comes_again_after_its_end_is_the_same_act(world: World) -> None:
    short = act("short", "grant", until=(NOW + SECOND).isoformat())
    first = world.record(short)

    assert world.record(short, at=NOW + 2 * SECOND) == first
    with pytest.raises(MalformedError, match="until: has passed"):
        world.record(act("other", "grant", until=NOW.isoformat()), at=NOW + SECOND)

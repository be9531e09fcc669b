"""The port `Erasures`, promise by promise, over our fake and over moto."""

from typing import Any

import pytest

from consentry.aws.erasure_tables import ErasureTables
from consentry.aws.key_table import KeyTable
from consentry.domain.consent.act_records import ActRecord, SpentAs
from consentry.domain.consent.standings import CLOSED, EMPTIED, PartyState, after
from consentry.domain.errors import ConsentMovedError
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.worlds import ACME, NOW, SECOND, World, act


@pytest.fixture
def world(client: Any) -> World:
    return World(client, seeded(client, ACME))


def erasures(world: World) -> ErasureTables:
    assert isinstance(world.keys, KeyTable)
    return ErasureTables(world.consents, world.keys)


def acted(world: World) -> tuple[str, PartyState]:
    """Ann's name, and her state after an act."""
    recorded = world.record(act("a", "refuse", person="ann"))
    return recorded.record.party, recorded.state


def state(world: World, party: str) -> PartyState:
    return world.consents.states(ACME, (party,))[party]


def left(world: World, party: str) -> tuple[ActRecord, PartyState]:
    """An act under a new name, and the state after it."""
    other = World(world.client, seeded(world.client, "acme", "another"))
    record = other.record(act("x", "withdraw", person="bob")).record
    named = record.act.model_copy(update={"person": party, "act_id": "left"})
    record = record.model_copy(update={"party": party, "act": named})
    return record, after(PartyState(), record.effect)


def test_a_closed_state_tells_of_no_act_and_moves_an_epoch(world: World) -> None:
    name, before = acted(world)
    epochs = world.consents.epochs(ACME)

    closed = erasures(world).close(ACME, name, before)

    assert state(world, name) == closed
    assert closed == CLOSED
    assert sum(world.consents.epochs(ACME)) == sum(epochs) + 1


def test_a_state_that_moved_is_not_closed(world: World) -> None:
    name, before = acted(world)
    world.record(act("b", "withdraw", person="ann"), at=NOW + SECOND)

    with pytest.raises(ConsentMovedError):
        erasures(world).close(ACME, name, before)

    assert not state(world, name).closed


def test_an_act_that_was_spent_is_gone_and_known_by_its_token(world: World) -> None:
    name, _ = acted(world)
    (record,) = world.consents.acts(ACME, name)

    for _ in range(2):
        erasures(world).spend("place", "token", record)
        erasures(world).spend("place", "other", record.model_copy(update={"erases": True}))

    assert world.consents.acts(ACME, name) == ()
    assert world.consents.spent(ACME, "place", "token") is SpentAs.ACT
    assert world.consents.spent(ACME, "place", "other") is SpentAs.ERASURE
    assert world.consents.spent(ACME, "elsewhere", "token") is None


def test_what_was_destroyed_is_gone_and_the_state_stays(world: World) -> None:
    name, before = acted(world)
    others = world.record(act("o", "refuse", person="bob")).record
    closed = erasures(world).close(ACME, name, before)

    for _ in range(2):
        erasures(world).destroy(ACME, name)

    assert world.consents.acts(ACME, name) == ()
    assert state(world, name) == closed
    assert world.consents.acts(ACME, others.party) == (others,)


def test_a_new_name_takes_the_place_of_the_old_which_keeps_nothing(world: World) -> None:
    name, before = acted(world)
    closed = erasures(world).close(ACME, name, before)
    new = erasures(world).new_name()
    record, after_it = left(world, new)

    erasures(world).rename("ann", (name, closed), record, after_it)

    assert world.keys.known_names(ACME, ["ann"]) == {"ann": new}
    assert state(world, name) == EMPTIED
    assert state(world, new) == after_it
    assert world.consents.acts(ACME, new) == (record,)


def test_a_name_that_was_taken_meanwhile_is_not_taken_again(world: World) -> None:
    name, before = acted(world)
    closed = erasures(world).close(ACME, name, before)
    first, second = erasures(world).new_name(), erasures(world).new_name()
    erasures(world).rename("ann", (name, closed), *left(world, first))

    for old in ((name, closed), None):
        with pytest.raises(ConsentMovedError):
            erasures(world).rename("ann", old, *left(world, second))

    assert world.keys.known_names(ACME, ["ann"]) == {"ann": first}
    assert world.consents.acts(ACME, second) == ()


def test_a_name_for_somebody_who_had_none_moves_an_epoch(world: World) -> None:
    epochs, new = world.consents.epochs(ACME), erasures(world).new_name()

    erasures(world).rename("cem", None, *left(world, new))

    others = 1  # `left` has somebody withdraw
    assert sum(world.consents.epochs(ACME)) == sum(epochs) + others + 1


def test_a_person_with_more_acts_than_a_page_is_erased_to_the_last(world: World) -> None:
    for number in range(30):
        world.record(act(f"a-{number}", "refuse", person="ann"), at=NOW + number * SECOND)
    name, key = world.keys.known_names(ACME, ["ann"])["ann"], world.keys.key_of(ACME)

    erase(world, "ann", at=NOW + 40 * SECOND)

    spent = [
        world.consents.spent(ACME, key.place("ann"), key.spent("ann", f"a-{n}")) for n in range(30)
    ]
    assert world.consents.acts(ACME, name) == ()
    assert spent == [SpentAs.ACT] * 30

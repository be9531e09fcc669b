"""The port `Erasures`, promise by promise, over our fake and over moto."""

from typing import Any

import pytest

from consentry.consent.status import CLOSED, EMPTIED, PartyState, after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs
from consentry.kernel.errors import ConsentChangedError
from consentry.privacy.dynamodb import ErasureRepository
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.worlds import ACME, NOW, SECOND, World, consent_event


@pytest.fixture
def deps(client: Any) -> World:
    return World(client, seeded(client, ACME))


def erasures(deps: World) -> ErasureRepository:
    return deps.erasures


def acted(deps: World) -> tuple[str, PartyState]:
    """Ann's name, and her state after an act."""
    recorded = deps.record(consent_event("a", "refusal", person="ann"))
    return recorded.record.party, recorded.state


def state(deps: World, party: str) -> PartyState:
    return deps.consents.states(ACME, (party,))[party]


def left(deps: World, party: str) -> tuple[StoredConsentEvent, PartyState]:
    """An act under a new name, and the state after it."""
    other = World(deps.client, seeded(deps.client, "acme", "another"))
    record = other.record(consent_event("x", "withdrawal", person="bob")).record
    named = record.consent_event.model_copy(update={"person": party, "consent_event_id": "left"})
    record = record.model_copy(update={"party": party, "consent_event": named})
    return record, after(PartyState(), record.rule)


def test_a_closed_state_tells_of_no_act_and_moves_an_epoch(deps: World) -> None:
    name, before = acted(deps)
    epochs = deps.consents.epochs(ACME)

    closed = erasures(deps).close(ACME, name, before)

    assert state(deps, name) == closed
    assert closed == CLOSED
    assert sum(deps.consents.epochs(ACME)) == sum(epochs) + 1


def test_a_state_that_moved_is_not_closed(deps: World) -> None:
    name, before = acted(deps)
    deps.record(consent_event("b", "withdrawal", person="ann"), at=NOW + SECOND)

    with pytest.raises(ConsentChangedError):
        erasures(deps).close(ACME, name, before)

    assert not state(deps, name).closed


def test_an_act_that_was_spent_is_gone_and_known_by_its_token(deps: World) -> None:
    name, _ = acted(deps)
    (record,) = deps.consents.consent_events(ACME, name)

    for _ in range(2):
        erasures(deps).replace_with_used_id("place", "token", record)
        erasures(deps).replace_with_used_id(
            "place", "other", record.model_copy(update={"is_erasure": True})
        )

    assert deps.consents.consent_events(ACME, name) == ()
    assert deps.consents.used_id(ACME, "place", "token") is UsedAs.ACT
    assert deps.consents.used_id(ACME, "place", "other") is UsedAs.ERASURE
    assert deps.consents.used_id(ACME, "elsewhere", "token") is None


def test_what_was_destroyed_is_gone_and_the_state_stays(deps: World) -> None:
    name, before = acted(deps)
    others = deps.record(consent_event("o", "refusal", person="bob")).record
    closed = erasures(deps).close(ACME, name, before)

    for _ in range(2):
        erasures(deps).delete_party_items(ACME, name)

    assert deps.consents.consent_events(ACME, name) == ()
    assert state(deps, name) == closed
    assert deps.consents.consent_events(ACME, others.party) == (others,)


def test_a_new_name_takes_the_place_of_the_old_which_keeps_nothing(deps: World) -> None:
    name, before = acted(deps)
    closed = erasures(deps).close(ACME, name, before)
    new = deps.pseudonyms.new_pseudonym()
    record, after_it = left(deps, new)

    erasures(deps).replace_pseudonym("ann", (name, closed), record, after_it)

    assert deps.pseudonyms.find_pseudonyms(ACME, ["ann"]) == {"ann": new}
    assert state(deps, name) == EMPTIED
    assert state(deps, new) == after_it
    assert deps.consents.consent_events(ACME, new) == (record,)


def test_a_name_that_was_taken_meanwhile_is_not_taken_again(deps: World) -> None:
    name, before = acted(deps)
    closed = erasures(deps).close(ACME, name, before)
    first, second = deps.pseudonyms.new_pseudonym(), deps.pseudonyms.new_pseudonym()
    erasures(deps).replace_pseudonym("ann", (name, closed), *left(deps, first))

    for old in ((name, closed), None):
        with pytest.raises(ConsentChangedError):
            erasures(deps).replace_pseudonym("ann", old, *left(deps, second))

    assert deps.pseudonyms.find_pseudonyms(ACME, ["ann"]) == {"ann": first}
    assert deps.consents.consent_events(ACME, second) == ()


def test_a_name_for_somebody_who_had_none_moves_an_epoch(deps: World) -> None:
    epochs, new = deps.consents.epochs(ACME), deps.pseudonyms.new_pseudonym()

    erasures(deps).replace_pseudonym("cem", None, *left(deps, new))

    others = 1  # `left` has somebody withdraw
    assert sum(deps.consents.epochs(ACME)) == sum(epochs) + others + 1


def test_a_person_with_more_acts_than_a_page_is_erased_to_the_last(deps: World) -> None:
    for number in range(30):
        deps.record(consent_event(f"a-{number}", "refusal", person="ann"), at=NOW + number * SECOND)
    name, key = deps.pseudonyms.find_pseudonyms(ACME, ["ann"])["ann"], deps.pseudonyms.key_of(ACME)

    erase(deps, "ann", at=NOW + 40 * SECOND)

    used_id = [
        deps.consents.used_id(ACME, key.person_partition("ann"), key.used_id("ann", f"a-{n}"))
        for n in range(30)
    ]
    assert deps.consents.consent_events(ACME, name) == ()
    assert used_id == [UsedAs.ACT] * 30

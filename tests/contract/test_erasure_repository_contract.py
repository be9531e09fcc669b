"""The contract of ErasureRepository, over the fake DynamoDB and moto."""

from typing import Any

import pytest

from consentry.consent.consent_event import NamedPerson
from consentry.consent.status import CLOSED, EMPTIED, PartyState, state_after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs
from consentry.kernel.errors import ConsentChangedError
from consentry.privacy.dynamodb import ErasureRepository
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.erasures import erase
from tests.testkit.fakes.pseudonym_repository import seeded


@pytest.fixture
def deps(client: Any) -> FakeDependencies:
    return FakeDependencies(client, seeded(client, ACME))


def erasures(deps: FakeDependencies) -> ErasureRepository:
    return deps.erasures


def acted(deps: FakeDependencies) -> tuple[str, PartyState]:
    """Ann's pseudonym, and her state after an event."""
    recorded = deps.record(consent_event("a", "refusal", person="ann"))
    return recorded.record.party, recorded.state


def state(deps: FakeDependencies, party: str) -> PartyState:
    return deps.consents.states(ACME, (party,))[party]


def left(deps: FakeDependencies, party: str) -> tuple[StoredConsentEvent, PartyState]:
    """An event under a new pseudonym, and the state after it."""
    other = FakeDependencies(deps.client, seeded(deps.client, "acme", "another"))
    record = other.record(consent_event("x", "withdrawal", person="bob")).record
    named = record.consent_event.model_copy(
        update={"party": NamedPerson(person=party), "consent_event_id": "left"}
    )
    record = record.model_copy(update={"party": party, "consent_event": named})
    return record, state_after(PartyState(), record.rule)


def test_closing_a_state_empties_it_and_increments_an_epoch(deps: FakeDependencies) -> None:
    name, before = acted(deps)
    epochs = deps.consents.epochs(ACME)

    closed = erasures(deps).close(ACME, name, before)

    assert state(deps, name) == closed
    assert closed == CLOSED
    assert sum(deps.consents.epochs(ACME)) == sum(epochs) + 1


def test_a_changed_state_is_not_closed(deps: FakeDependencies) -> None:
    name, before = acted(deps)
    deps.record(consent_event("b", "withdrawal", person="ann"), at=NOW + SECOND)

    with pytest.raises(ConsentChangedError):
        erasures(deps).close(ACME, name, before)

    assert not state(deps, name).closed


def test_an_erased_event_is_deleted_and_its_id_marked_as_used(deps: FakeDependencies) -> None:
    name, _ = acted(deps)
    (record,) = deps.consents.consent_events(ACME, name)

    for _ in range(2):
        erasures(deps).replace_with_used_id("used_id", "token", record)
        erasures(deps).replace_with_used_id(
            "used_id", "other", record.model_copy(update={"is_erasure": True})
        )

    assert deps.consents.consent_events(ACME, name) == ()
    assert deps.consents.used_id(ACME, "used_id", "token") is UsedAs.CONSENT_EVENT
    assert deps.consents.used_id(ACME, "used_id", "other") is UsedAs.ERASURE
    assert deps.consents.used_id(ACME, "elsewhere", "token") is None


def test_destroying_a_party_deletes_its_events_and_keeps_its_state(deps: FakeDependencies) -> None:
    name, before = acted(deps)
    others = deps.record(consent_event("o", "refusal", person="bob")).record
    closed = erasures(deps).close(ACME, name, before)

    for _ in range(2):
        erasures(deps).delete_party_items(ACME, name)

    assert deps.consents.consent_events(ACME, name) == ()
    assert state(deps, name) == closed
    assert deps.consents.consent_events(ACME, others.party) == (others,)


def test_a_new_pseudonym_replaces_the_old_and_empties_its_state(deps: FakeDependencies) -> None:
    name, before = acted(deps)
    closed = erasures(deps).close(ACME, name, before)
    new = deps.pseudonyms.new_pseudonym()
    record, after_it = left(deps, new)

    erasures(deps).replace_pseudonym("ann", (name, closed), record, after_it)

    assert deps.pseudonyms.find_pseudonyms(ACME, ["ann"]) == {"ann": new}
    assert state(deps, name) == EMPTIED
    assert state(deps, new) == after_it
    assert deps.consents.consent_events(ACME, new) == (record,)


def test_a_pseudonym_replaced_concurrently_is_not_replaced_again(deps: FakeDependencies) -> None:
    name, before = acted(deps)
    closed = erasures(deps).close(ACME, name, before)
    first, second = deps.pseudonyms.new_pseudonym(), deps.pseudonyms.new_pseudonym()
    erasures(deps).replace_pseudonym("ann", (name, closed), *left(deps, first))

    for old in ((name, closed), None):
        with pytest.raises(ConsentChangedError):
            erasures(deps).replace_pseudonym("ann", old, *left(deps, second))

    assert deps.pseudonyms.find_pseudonyms(ACME, ["ann"]) == {"ann": first}
    assert deps.consents.consent_events(ACME, second) == ()


def test_a_pseudonym_for_an_unknown_person_increments_an_epoch(deps: FakeDependencies) -> None:
    epochs, new = deps.consents.epochs(ACME), deps.pseudonyms.new_pseudonym()

    erasures(deps).replace_pseudonym("cem", None, *left(deps, new))

    others = 1  # `left` records a withdrawal
    assert sum(deps.consents.epochs(ACME)) == sum(epochs) + others + 1


def test_erasure_covers_more_events_than_fit_on_a_page(deps: FakeDependencies) -> None:
    for number in range(30):
        deps.record(consent_event(f"a-{number}", "refusal", person="ann"), at=NOW + number * SECOND)
    name, key = deps.pseudonyms.find_pseudonyms(ACME, ["ann"])["ann"], deps.pseudonyms.key_of(ACME)

    erase(deps, "ann", at=NOW + 40 * SECOND)

    used_id = [
        deps.consents.used_id(ACME, key.person_partition("ann"), key.used_id("ann", f"a-{n}"))
        for n in range(30)
    ]
    assert deps.consents.consent_events(ACME, name) == ()
    assert used_id == [UsedAs.CONSENT_EVENT] * 30

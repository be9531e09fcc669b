"""A material change outdates the grants before it, for just the uses that it names; and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from consentry.domain.consent.acts import EVERY_USE
from consentry.domain.consent.renewals import renewal_due
from consentry.domain.consent.standings import PartyState, after, effect_of
from consentry.domain.consent.use_standings import standings_of
from consentry.domain.requests import Use
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.material_changes import MaterialChange
from consentry.domain.terms.tables import Book
from consentry.domain.vocabulary import (
    STRICTNESS,
    DataCategory,
    Operation,
    Service,
    Standing,
)
from tests.fakes.strategies import HOURS, states
from tests.fakes.worlds import FORM, NOW, act, library

HOUR = timedelta(hours=1)
TUNE, INFER, GENERAL = Operation.FINE_TUNE, Operation.INFER, Service.GENERAL
GRANTS = {Standing.GRANTED, Standing.DEEMED}


def changing(name: str, *changes: MaterialChange) -> Book:
    return replace(library().books[name], material=changes)


def outdated_before(
    *changes: MaterialChange, at: datetime = NOW, observed: bool = False
) -> datetime | None:
    limit = changing("house", *changes)
    books = BoundBooks(changing("announced"), (limit,), frozenset({"house"} if observed else ()))
    return books.outdated_before(TUNE, GENERAL, at=at)


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        (MaterialChange(NOW, TUNE), True),
        (MaterialChange(NOW, TUNE, GENERAL), True),
        (MaterialChange(NOW, TUNE, Service.TRANSLATION), False),
        (MaterialChange(NOW, INFER), False),
        (MaterialChange(NOW + HOUR, TUNE), False),
    ],
    ids=["every service", "this service", "another service", "another operation", "not yet"],
)
def test_a_change_concerns_the_uses_that_it_names_from_its_moment_on(
    change: MaterialChange, concerned: bool
) -> None:
    assert outdated_before(change) == (NOW if concerned else None)


def test_of_several_changes_the_last_that_came_counts() -> None:
    changes = [MaterialChange(NOW + hours * HOUR, TUNE) for hours in (-2, 2, -1)]

    assert outdated_before(*changes) == NOW - HOUR


def test_a_book_that_is_only_observed_voids_no_consent() -> None:
    assert outdated_before(MaterialChange(NOW, TUNE), observed=True) is None


def test_the_real_terms_of_august_2023_void_consents_to_training_alone() -> None:
    books = BoundBooks(library().books["zoom-terms"])
    (came,) = {change.at for change in books.terms.material}

    voided = {use for use in EVERY_USE if books.outdated_before(use.operation, use.service, at=NOW)}

    assert came.date().isoformat() == "2023-08-11"
    assert {use.operation for use in voided} == {Operation.FINE_TUNE, Operation.PRETRAIN}
    assert len(voided) == 2 * len(Service)
    assert books.outdated_before(TUNE, GENERAL, at=came - timedelta(microseconds=1)) is None


@given(states(), HOURS, HOURS)
def test_a_change_outdates_grants_from_before_it_and_lets_everything_else_be(
    state: PartyState, changed: datetime, at: datetime
) -> None:
    for use in EVERY_USE:
        for leaf in DataCategory:
            before = state.standing(use, leaf, at=at)
            standing = state.standing(use, leaf, at=at, outdated_before=changed)

            effect = state.effect_on(use, leaf)
            voided = before in GRANTS and effect is not None and effect.at < changed
            assert standing is (Standing.OUTDATED if voided else before)
            assert STRICTNESS[standing] >= STRICTNESS[before]


@pytest.mark.parametrize(
    ("signature", "fresh"), [("click", Standing.GRANTED), ("none", Standing.DEEMED)]
)
def test_a_grant_from_the_moment_of_the_change_on_is_fresh(signature: str, fresh: Standing) -> None:
    given_then = act("g", "grant", form="0" * 64, signature=signature)
    moments = (NOW - timedelta(microseconds=1), NOW)
    given = [after(PartyState(), effect_of(given_then, FORM, at=at)) for at in moments]

    use = Use(operation=TUNE, service=Service.MEETING_SUMMARY)
    stands = [
        state.standing(use, DataCategory.AUDIO, at=NOW + HOUR, outdated_before=NOW)
        for state in given
    ]

    assert stands == [Standing.OUTDATED, fresh]


def test_a_change_for_one_service_is_shown_for_that_service_alone() -> None:
    uses = [{"operation": "fine_tune", "service": each} for each in ("meeting_summary", "general")]
    said = act("g", "grant", uses=uses, form="0" * 64, signature="click")
    state = after(PartyState(), effect_of(said, FORM, at=NOW))
    books = BoundBooks(changing("announced", MaterialChange(NOW + HOUR, TUNE, GENERAL)))

    shown = standings_of(state, books, at=NOW + HOUR)

    stands = {each.service: each.standing for each in shown}
    assert stands == {GENERAL: Standing.OUTDATED, Service.MEETING_SUMMARY: Standing.GRANTED}


def test_who_renews_and_is_outdated_again_is_due_under_another_id() -> None:
    state = after(PartyState(), effect_of(act("g", "grant"), None, at=NOW))
    books = BoundBooks(changing("announced", MaterialChange(NOW + HOUR, TUNE)))

    due = [
        renewal_due("acme", "ann", "a" * 26, each, books, at=NOW + HOUR)
        for each in (state, state, replace(state, version=2))
    ]

    ids = [each.renewal_id for each in due if each]
    assert ids[0] == ids[1] != ids[2]

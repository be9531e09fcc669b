"""The law and time: which terms bind when, how long an allow lasts, and standings that get stricter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding
from consentry.domain.decision.judgement import ALLOW_LASTS, Outcome, judge
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.tables import Book
from consentry.domain.vocabulary import (
    STRICTNESS,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
    Standing,
)
from tests.fakes.worlds import BOUND, NOW, library

BOOKS = BOUND.books(library())
ORDER = sorted(Standing, key=STRICTNESS.__getitem__)
MILDER = dict(zip(ORDER, [ORDER[0], *ORDER], strict=False))
USAGE = Facts(
    (DataCategory.USAGE,),
    Operation.EVALUATE,
    Service.GENERAL,
    ModelOwner.FIRST_PARTY,
    NOW,
    Service.GENERAL,
)
GRANTED = dict.fromkeys(DataCategory, Standing.GRANTED)
STOOD = Evidence(
    PartyStanding("customer", None, 1, GRANTED), (PartyStanding("p", Role.HOST, 1, GRANTED),)
)


def test_before_the_first_terms_nothing_is_allowed() -> None:
    early = BOOKS.terms.versions[0].in_force_from - timedelta(microseconds=1)

    judged = judge(replace(USAGE, collected_at=early), STOOD, BOOKS, at=NOW)

    assert [f.rules for f in judged.findings if f.denies] == [("consentry.no_terms_in_force",)]


def test_a_consent_that_covers_earlier_data_lifts_the_terms_of_that_time() -> None:
    early = BOOKS.terms.versions[0].in_force_from - timedelta(days=1)
    audio = replace(
        USAGE, data=(DataCategory.AUDIO,), operation=Operation.FINE_TUNE, collected_at=early
    )
    lifting = replace(STOOD, customer=replace(STOOD.customer, lifts=(DataCategory.AUDIO,)))

    assert judge(audio, STOOD, BOOKS, at=NOW).outcome is Outcome.DENY
    assert judge(audio, lifting, BOOKS, at=NOW).outcome is Outcome.ALLOW


@pytest.mark.parametrize("book", [BOOKS.terms, *BOOKS.limits], ids=lambda book: book.name)
def test_a_stricter_standing_never_gets_a_more_lenient_verdict(book: Book) -> None:
    """What the worst of people's standings, and epochs that only lowering acts bump, rely on."""
    table = book.versions[-1]
    for row, ruling in table.rows():
        for milder in (
            row._replace(customer=MILDER[row.customer]),
            row._replace(people=MILDER[row.people]),
        ):
            assert table.ruling(*milder).verdict.strictness <= ruling.verdict.strictness


def test_an_allow_ends_with_the_first_thing_that_it_stands_on() -> None:
    ends, next_version = NOW + timedelta(minutes=3), NOW + timedelta(minutes=2)
    person = replace(STOOD.people[0], until=ends)
    terms = BOOKS.terms
    coming = replace(terms.versions[-1], in_force_from=next_version)
    changing = BoundBooks(replace(terms, versions=(*terms.versions, coming)))

    def end(stood: Evidence, books: BoundBooks) -> object:
        return judge(USAGE, stood, books, at=NOW).expires_at

    assert end(STOOD, BOOKS) == NOW + ALLOW_LASTS
    assert end(replace(STOOD, people=(person,)), BOOKS) == ends
    assert end(replace(STOOD, people=(person,)), changing) == next_version

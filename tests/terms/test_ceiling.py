"""New terms do not reach back: the stricter of the version at collection and the version now decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest

from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding
from consentry.domain.decision.judgement import Outcome, judge
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.table_codec import midnight
from consentry.domain.terms.tables import Book, Library, Row, TermsTable, Verdict
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Service, Standing

DATES = ("2022-09-20", "2023-04-15", "2023-08-01", "2023-08-08", "2023-09-01")
"""A day in each of the five intervals."""
PAIRS = [
    pytest.param(*pair, id=" to ".join(pair)) for pair in combinations_with_replacement(DATES, 2)
]
SERVICE = Service.GENERAL


@pytest.fixture(scope="module")
def zoom(library: Library) -> Book:
    return library.books["zoom-terms"]


def facts(data: DataCategory, operation: Operation, owner: ModelOwner, at: datetime) -> Facts:
    return Facts((data,), operation, SERVICE, owner, at, SERVICE)


def alone(book: Book, at: datetime, row: Row) -> Verdict:
    """What the version in force at a moment says; silence where there is none."""
    table = book.in_force(at)
    return table.ruling(*row).verdict if table else Verdict.SILENT


@pytest.mark.parametrize("lifts", [False, True], ids=["not lifted", "lifted"])
@pytest.mark.parametrize(("collected", "now"), PAIRS)
def test_every_use_gets_the_stricter_of_two_versions_or_if_lifted_the_one_now(
    collected: str, now: str, lifts: bool, zoom: Book
) -> None:
    then, at, books = midnight(collected), midnight(now), BoundBooks(zoom)

    wrong = []
    for kind in product(DataCategory, Operation, ModelOwner, Standing):
        data, operation, owner, standing = kind
        row = Row(data, operation, True, owner, standing, Standing.GRANTED)
        customer = PartyStanding("customer", None, 1, {data: standing}, (data,) if lifts else ())
        judgement = judge(facts(data, operation, owner, then), Evidence(customer), books, at=at)
        speaking = [alone(zoom, at, row)] + ([] if lifts else [alone(zoom, then, row)])
        if judgement.findings[0].verdict != max(speaking, key=lambda each: each.strictness):
            wrong.append(kind)

    assert wrong == []


ASKED_NEXT = [
    ("2023-08-01", "2023-08-08", Standing.NEVER_ASKED, "2023-08-07", "forbid"),
    ("2023-08-01", "2023-08-08", Standing.GRANTED, "2023-08-07", "permit"),
    ("2023-08-08", "2023-09-01", Standing.GRANTED, "2023-08-11", "forbid"),
    ("2022-09-20", "2023-04-15", Standing.GRANTED, "-", "silent"),
]


@pytest.mark.parametrize(("collected", "now", "standing", "version", "verdict"), ASKED_NEXT)
def test_audio_collected_under_one_version_is_asked_about_under_the_next(
    collected: str, now: str, standing: Standing, version: str, verdict: str, zoom: Book
) -> None:
    data = DataCategory.AUDIO
    asked = facts(data, Operation.FINE_TUNE, ModelOwner.FIRST_PARTY, midnight(collected))
    evidence = Evidence(PartyStanding("customer", None, 1, {data: standing}))

    (finding,) = judge(asked, evidence, BoundBooks(zoom), at=midnight(now)).findings

    assert (finding.version, finding.verdict) == (version, verdict)


def test_terms_that_grow_milder_do_not_reach_back(library: Library, zoom: Book) -> None:
    strict, mild = zoom.versions[-1], zoom.versions[0]
    start, turn = midnight("2023-01-01"), midnight("2024-01-01")
    versions = tuple(_dated(table, at) for table, at in ((strict, start), (mild, turn)))
    book = Book("zoom-terms", "terms", "all", frozenset(), versions)
    evidence = Evidence(PartyStanding("c", None, 1, {DataCategory.AUDIO: Standing.GRANTED}))
    day = timedelta(days=1)

    def outcome(collected: datetime) -> Outcome:
        asked = facts(DataCategory.AUDIO, Operation.FINE_TUNE, ModelOwner.FIRST_PARTY, collected)
        return judge(asked, evidence, BoundBooks(book), at=turn + 9 * day).outcome

    assert outcome(turn - day) is Outcome.DENY
    assert outcome(turn) is Outcome.ALLOW


def _dated(table: TermsTable, at: datetime) -> TermsTable:
    return replace(table, in_force_from=at)

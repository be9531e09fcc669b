"""Rows decided by their kind are decided as each would be alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.domain.consent.standings import UNREAD, PartyState, after, effect_of
from consentry.domain.decision.evidence import Evidence, Facts, party_standing
from consentry.domain.decision.judgement import judge
from consentry.domain.errors import MalformedError
from consentry.domain.manifests.manifest import Row
from consentry.domain.requests import leaves_of
from consentry.domain.screening.people_standings import StatesOf
from consentry.domain.screening.row_kinds import place
from consentry.domain.screening.screener import Screener
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.material_changes import MaterialChange
from consentry.domain.vocabulary import Operation, Role, Service, Standing
from tests.fakes.screenings import screening
from tests.fakes.strategies import FEW_DATA, FEW_USES, HOURS, acts
from tests.fakes.worlds import BOUND, NOW, library

PEOPLE = ("ann", "bob", "cid")
EARLIER = st.sampled_from([timedelta(days=days) for days in (0, 1, 2, 400, 1300)])


def of(people: Mapping[str, PartyState]) -> StatesOf:
    return lambda asked: {person: people[person] for person in asked}


@st.composite
def states(draw: st.DrawFn) -> PartyState:
    if not (among_ten := draw(st.integers(0, 9))):
        return UNREAD
    if among_ten == 1:
        return PartyState(version=3, closed=True)
    state = PartyState()
    for act, form in draw(st.lists(acts(), max_size=3)):
        state = after(state, effect_of(act, form, at=draw(HOURS)))
    return state


@st.composite
def rows(draw: st.DrawFn) -> Row:
    return Row(
        data=leaves_of(tuple(draw(st.sets(st.sampled_from(FEW_DATA), min_size=1)))),
        collected_at=NOW - draw(EARLIER),
        collected_by=draw(st.sampled_from([Service.MEETING_SUMMARY, Service.GENERAL])),
        people=draw(
            st.frozensets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Role)), max_size=4)
        ),
    )


def changed_now() -> BoundBooks:
    """The books, of which one changes fine-tuning materially just now: of the grants drawn, many are outdated."""
    books = BOUND.books(library())
    change = MaterialChange(NOW, Operation.FINE_TUNE)
    return replace(books, terms=replace(books.terms, material=(change,)))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FEW_USES),
    states(),
    st.fixed_dictionaries({person: states() for person in PEOPLE}),
    st.lists(rows(), min_size=1, max_size=6),
)
def test_a_row_goes_where_the_law_puts_it_alone(
    use: dict[str, str], customer: PartyState, people: dict[str, PartyState], many: list[Row]
) -> None:
    asked, books = screening(use=use), changed_now()
    screener = Screener(asked, customer, of(people), books, at=NOW)
    screener.people.meet(PEOPLE)
    outdated = books.outdated_before(asked.use.operation, asked.use.service, at=NOW)

    placed = [screener.kind(row) for row in many]

    alone, ends = [], []
    for row in many:
        declared = (asked.use.operation, asked.use.service, asked.model_owner)
        facts = Facts(row.data, *declared, row.collected_at, row.collected_by)
        stood = partial(party_standing, facts=facts, at=NOW, outdated_before=outdated)
        standings = tuple(stood(people[name], party=name, role=role) for name, role in row.people)
        evidence = Evidence(stood(customer), standings)
        judged = judge(facts, evidence, books, at=NOW)
        alone.append(place(judged))
        ends.append(judged.expires_at)
    assert [screener.judged[number].placement for number in placed] == alone
    kinds = [k.as_kind(placed.count(n), None) for n, k in enumerate(screener.judged)]
    assert sum(kind.rows for kind in kinds) == len(many)
    kept = [judge(kind.facts, kind.evidence, books, at=NOW) for kind in kinds]
    assert [place(each) for each in kept] == [kind.placement for kind in kinds]
    first = {end for end in ends if end}
    assert {each.expires_at for each in kept if each.expires_at} <= first
    assert min(first, default=None) == min(
        (each.expires_at for each in kept if each.expires_at), default=None
    )


def test_rows_that_differ_in_nobodys_consent_are_one_kind() -> None:
    people = {f"p{number}": PartyState() for number in range(100)}
    screener = Screener(screening(), PartyState(), of(people), BOUND.books(library()), at=NOW)
    screener.people.meet(people)
    placed = Counter[int]()

    for number, person in enumerate(people):
        day = NOW - timedelta(days=number)
        said = frozenset({(person, Role.SPEAKER)})
        row = Row(leaves_of((FEW_DATA[0],)), day, Service.MEETING_SUMMARY, said)
        placed[screener.kind(row)] += 1

    assert placed == {0: 100}


def test_who_is_being_erased_is_not_taken_for_one_who_never_acted() -> None:
    people = {"ann": PartyState(), "bob": PartyState(version=3, closed=True)}
    screener = Screener(screening(), PartyState(), of(people), BOUND.books(library()), at=NOW)
    screener.people.meet(people)

    ann, bob = screener.people.numbers(people, leaves_of((FEW_DATA[0],)))

    assert ann != bob
    assert set(screener.people.numbered[bob].standings.values()) == {Standing.WITHDRAWN}


def test_a_row_from_the_future_is_not_decided() -> None:
    screener = Screener(screening(), PartyState(), of({}), BOUND.books(library()), at=NOW)
    later = NOW + timedelta(minutes=6)

    with pytest.raises(MalformedError, match="collected_at"):
        screener.kind(Row(leaves_of((FEW_DATA[0],)), later, Service.MEETING_SUMMARY, frozenset()))

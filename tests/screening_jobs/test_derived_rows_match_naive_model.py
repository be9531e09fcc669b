"""Derived rows have the outcomes that a naive walk over their sources gives."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.testkit.builders.derived_rows import derived_row, row_outcomes
from tests.testkit.builders.screenings import COLLECTED_AT, screening_with_withdrawals
from tests.testkit.campaign import examples

IDS = "abcdef"


class DerivedRow(NamedTuple):
    item: str
    who: str
    at: str
    sources: frozenset[str]

    @property
    def line(self) -> bytes:
        return derived_row(self.item, *sorted(self.sources), who=self.who, at=self.at)


MADE = st.builds(
    DerivedRow,
    st.sampled_from(IDS),
    st.sampled_from(["ann", "ann", "ann", "bob"]),
    st.sampled_from([*[COLLECTED_AT] * 6, "2026"]),
    st.frozensets(st.sampled_from(IDS), max_size=2),
)


@st.composite
def acyclic(draw: st.DrawFn) -> list[DerivedRow]:
    """Items derived from each other without cycles, in any order."""
    rows: list[DerivedRow] = []
    for item in IDS[: draw(st.integers(2, len(IDS)))]:
        above = draw(
            st.sets(st.sampled_from([each.item for each in rows]), max_size=2)
            if rows
            else st.just(set())
        )
        rows.append(
            DerivedRow(
                item, draw(st.sampled_from(["ann", "ann", "bob"])), COLLECTED_AT, frozenset(above)
            )
        )
    return draw(st.permutations(rows))


MANIFESTS = (
    acyclic()
    | st.lists(MADE, max_size=7)
    | st.lists(MADE, max_size=7, unique_by=lambda each: each.item)
)


def naive_outcome(rows: list[DerivedRow], of: DerivedRow) -> str:
    """The outcome of a row: follow its sources until there is none new, and look for cycles."""

    def one(item: str) -> DerivedRow | None:
        found = [each for each in rows if each.item == item]
        return found[0] if len(found) == 1 and found[0].at != "2026" else None

    def above(start: DerivedRow, seen: set[str]) -> set[str]:
        for item in start.sources - seen:
            seen.add(item)
            source = one(item)
            if source:
                above(source, seen)
        return seen

    reached = above(of, set())
    items = [one(item) for item in (of.item, *reached)]
    if any(item is None or item.item in above(item, set()) for item in items):
        return "undetermined"
    return "rejected" if any(item and item.who == "bob" for item in items) else "admitted"


@settings(max_examples=examples(50, 800), deadline=None)
@given(MANIFESTS)
def test_every_derived_row_matches_a_naive_search_through_its_sources(
    rows: list[DerivedRow],
) -> None:
    went = row_outcomes(screening_with_withdrawals("bob"), *(each.line for each in rows))

    assert went == [naive_outcome(rows, each) for each in rows]


@settings(max_examples=examples(20, 300), deadline=None)
@given(MANIFESTS, st.sampled_from(IDS), st.sampled_from(IDS))
def test_adding_a_source_never_admits_more_rows(
    rows: list[DerivedRow], item: str, source: str
) -> None:
    more = [
        each._replace(sources=each.sources | {source}) if each.item == item else each
        for each in rows
    ]

    before, after = (
        row_outcomes(screening_with_withdrawals("bob"), *(e.line for e in each))
        for each in (rows, more)
    )

    assert [outcome for outcome, was in zip(after, before, strict=True) if was != "admitted"].count(
        "admitted"
    ) == 0

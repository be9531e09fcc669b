"""Whatever rows are made from, each goes where following its sources one by one would put it."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.derived import made, places
from tests.fakes.screenings import THEN, without

IDS = "abcdef"


class Made(NamedTuple):
    item: str
    who: str
    at: str
    sources: frozenset[str]

    @property
    def line(self) -> bytes:
        return made(self.item, *sorted(self.sources), who=self.who, at=self.at)


MADE = st.builds(
    Made,
    st.sampled_from(IDS),
    st.sampled_from(["ann", "ann", "ann", "bob"]),
    st.sampled_from([*[THEN] * 6, "2026"]),
    st.frozensets(st.sampled_from(IDS), max_size=2),
)


@st.composite
def acyclic(draw: st.DrawFn) -> list[Made]:
    """Items that are made of each other and of nothing else, and round no circle; in any order."""
    rows: list[Made] = []
    for item in IDS[: draw(st.integers(2, len(IDS)))]:
        above = draw(
            st.sets(st.sampled_from([each.item for each in rows]), max_size=2)
            if rows
            else st.just(set())
        )
        rows.append(
            Made(item, draw(st.sampled_from(["ann", "ann", "bob"])), THEN, frozenset(above))
        )
    return draw(st.permutations(rows))


MANIFESTS = (
    acyclic()
    | st.lists(MADE, max_size=7)
    | st.lists(MADE, max_size=7, unique_by=lambda each: each.item)
)


def naively(rows: list[Made], of: Made) -> str:
    """Where a row goes: its sources followed until nothing new is met, and each way back looked for."""

    def one(item: str) -> Made | None:
        found = [each for each in rows if each.item == item]
        return found[0] if len(found) == 1 and found[0].at != "2026" else None

    def above(start: Made, seen: set[str]) -> set[str]:
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


@settings(max_examples=200, deadline=None)
@given(MANIFESTS)
def test_every_row_goes_where_a_naive_search_through_its_sources_puts_it(rows: list[Made]) -> None:
    went = places(without("bob"), *(each.line for each in rows))

    assert went == [naively(rows, each) for each in rows]


@settings(max_examples=75, deadline=None)
@given(MANIFESTS, st.sampled_from(IDS), st.sampled_from(IDS))
def test_one_source_more_never_admits_more(rows: list[Made], item: str, source: str) -> None:
    more = [
        each._replace(sources=each.sources | {source}) if each.item == item else each
        for each in rows
    ]

    before, after = (places(without("bob"), *(e.line for e in each)) for each in (rows, more))

    assert [place for place, was in zip(after, before, strict=True) if was != "admitted"].count(
        "admitted"
    ) == 0

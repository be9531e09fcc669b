"""What a row is derived from, and what that is derived from, and so on: all of it is judged with the row."""

from collections.abc import Callable, Iterable

from consentry.domain.errors import MalformedError
from consentry.domain.manifests.manifest import Row, Source
from consentry.domain.screening.row_kinds import JudgedKind, place, strictest


class Lineage:
    """The kinds of what rows are derived from, and of rows with that; each source is worked out once."""

    def __init__(self, alone: Callable[[Row], int], kinds: list[JudgedKind]) -> None:
        self._alone, self._kinds = alone, kinds
        self._numbered: dict[tuple[int, frozenset[int]], int] = {}
        self._found: dict[Source, Row] = {}
        self._known: dict[Source, frozenset[int]] = {}
        self._problems: dict[Source, str] = {}
        self._met: dict[frozenset[int], frozenset[int]] = {}

    def find(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that these are derived from, through any number of steps, and that were not found before."""
        found: list[Row] = []
        missing = [source for row in rows for source in row.sources]
        while missing:
            source = missing.pop()
            if source in self._known or source in self._problems or source in self._found:
                continue
            try:
                self._found[source] = row = source.found(source.item)
            except MalformedError as problem:
                self._give_up(source, problem)
                continue
            found.append(row)
            missing.extend(row.sources)
        return found

    def kind(self, row: Row) -> int:
        """The number of the kind of a row with all that it is derived from, which was found.

        MalformedError if some of that is not in the manifest, cannot be decided, or is derived from itself.
        """
        for source in row.sources:
            self._work_out(source)
        sources, own = self._together(row.sources), self._alone(row)
        return self._numbers(own, sources - {own})

    def _numbers(self, own: int, sources: frozenset[int]) -> int:
        if not sources:
            return own
        number = self._numbered.setdefault((own, sources), len(self._kinds))
        alone = self._kinds[own]
        if number == len(self._kinds):
            others = tuple(self._kinds[source] for source in sorted(sources))
            judgement = strictest([each.judgement for each in (alone, *others)])
            there = place(judgement)
            self._kinds.append(
                JudgedKind(judgement, there, alone.facts, alone.evidence, alone.until, others)
            )
        self._kinds[number].until = alone.until
        return number

    def _work_out(self, first: Source) -> None:
        """Depth first, and without recursion: a chain of sources may be as long as the manifest."""
        path, opened = [first], set[Source]()
        while path:
            source = path[-1]
            if source in self._known or source in self._problems:
                path.pop()
            elif source in opened:
                self._settle(source, self._found.pop(source))
            else:
                opened.add(source)
                path.extend(each for each in self._found[source].sources if each not in opened)

    def _settle(self, source: Source, row: Row) -> None:
        try:
            kinds = self._together(row.sources) | {self._alone(row)}
        except MalformedError as problem:
            self._give_up(source, problem)
        else:
            # One set for all that come to the same: there are few of them, and there may be a million sources.
            self._known[source] = self._met.setdefault(kinds, kinds)

    def _give_up(self, source: Source, problem: MalformedError) -> None:
        ours = problem.field == "derived_from"
        self._problems[source] = (
            problem.problem if ours else "leads to an item that is undetermined"
        )

    def _together(self, sources: tuple[Source, ...]) -> frozenset[int]:
        for source in sources:
            if source not in self._known:
                # INVARIANT: one without a problem is open still, so it is derived from what is asking for it.
                problem = self._problems.get(source, "leads back to itself")
                raise MalformedError("derived_from", problem)
        return frozenset[int]().union(*(self._known[source] for source in sources))

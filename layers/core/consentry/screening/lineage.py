"""What a row is derived from, through any number of steps: all of it is evaluated with the row."""

from collections.abc import Callable, Iterable

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.model import ManifestRow, SourceItem
from consentry.screening.row_patterns import EvaluatedPattern, row_outcome_of, strictest


class Lineage:
    """The kinds of what rows are derived from, and of rows with that; each source is worked out once."""

    def __init__(
        self, alone: Callable[[ManifestRow], int], row_patterns: list[EvaluatedPattern]
    ) -> None:
        self._alone, self._kinds = alone, row_patterns
        self._numbered: dict[tuple[int, frozenset[int]], int] = {}
        self._found: dict[SourceItem, ManifestRow] = {}
        self._known: dict[SourceItem, frozenset[int]] = {}
        self._problems: dict[SourceItem, str] = {}
        self._met: dict[frozenset[int], frozenset[int]] = {}

    def resolve(self, rows: Iterable[ManifestRow]) -> list[ManifestRow]:
        """The rows that these are derived from, through any number of steps, and that were not found before."""
        found: list[ManifestRow] = []
        missing = [source for row in rows for source in row.sources]
        while missing:
            source = missing.pop()
            if source in self._known or source in self._problems or source in self._found:
                continue
            try:
                self._found[source] = row = source.found(source.item)
            except InvalidRequestError as problem:
                self._give_up(source, problem)
                continue
            found.append(row)
            missing.extend(row.sources)
        return found

    def pattern(self, row: ManifestRow) -> int:
        """The number of the kind of a row with all that it is derived from, which was found.

        InvalidRequestError if some of that is not in the manifest, cannot be decided, or is derived from itself.
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
            evaluation = strictest([each.evaluation for each in (alone, *others)])
            there = row_outcome_of(evaluation)
            self._kinds.append(
                EvaluatedPattern(
                    evaluation, there, alone.facts, alone.evidence, alone.until, others
                )
            )
        self._kinds[number].until = alone.until
        return number

    def _work_out(self, first: SourceItem) -> None:
        """Depth first, and without recursion: a chain of sources may be as long as the manifest."""
        path, opened = [first], set[SourceItem]()
        while path:
            source = path[-1]
            if source in self._known or source in self._problems:
                path.pop()
            elif source in opened:
                self._settle(source, self._found.pop(source))
            else:
                opened.add(source)
                path.extend(each for each in self._found[source].sources if each not in opened)

    def _settle(self, source: SourceItem, row: ManifestRow) -> None:
        try:
            row_patterns = self._together(row.sources) | {self._alone(row)}
        except InvalidRequestError as problem:
            self._give_up(source, problem)
        else:
            # Equal results share one set: there are few results, and there may be a million sources.
            self._known[source] = self._met.setdefault(row_patterns, row_patterns)

    def _give_up(self, source: SourceItem, problem: InvalidRequestError) -> None:
        ours = problem.field == "derived_from"
        self._problems[source] = (
            problem.problem if ours else "leads to an item that is undetermined"
        )

    def _together(self, sources: tuple[SourceItem, ...]) -> frozenset[int]:
        for source in sources:
            if source not in self._known:
                # INVARIANT: an item without a result is still being resolved, so it is derived from itself.
                problem = self._problems.get(source, "leads back to itself")
                raise InvalidRequestError("derived_from", problem)
        return frozenset[int]().union(*(self._known[source] for source in sources))

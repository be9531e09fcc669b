"""The sources of derived rows: a row is evaluated with all its sources, and their sources."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from consentry.kernel.errors import InvalidRequestError, OversizedManifestError
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import ManifestRow
from consentry.screening.row_patterns import EvaluatedPattern, strictest

SOURCE_BYTES = 400
"""The memory of a source, estimated from above."""


class Lineage:
    """Finds the patterns of derived rows. The patterns of each source are found once.

    `alone` gives the pattern number of a row without its sources; `patterns` has all patterns.
    """

    def __init__(
        self,
        alone: Callable[[ManifestRow], int],
        patterns: list[EvaluatedPattern],
        memory: MemoryBudget,
    ) -> None:
        self._alone, self._patterns, self._memory = alone, patterns, memory
        self._numbers: dict[tuple[int, frozenset[int]], int] = {}
        self._found: dict[str, ManifestRow] = {}
        self._known: dict[str, frozenset[int]] = {}
        self._problems: dict[str, str] = {}
        self._shared: dict[frozenset[int], frozenset[int]] = {}

    def resolve(
        self, rows: Iterable[ManifestRow], read: Callable[[str], ManifestRow]
    ) -> list[ManifestRow]:
        """The sources of rows, through any number of steps, that were not found before.

        `read` gives the row of an item; InvalidRequestError if there is none, or if it cannot be
        read.
        """
        found: list[ManifestRow] = []
        missing = [source for row in rows for source in row.sources]
        while missing:
            source = missing.pop()
            if source in self._known or source in self._problems or source in self._found:
                continue
            self._memory.take(SOURCE_BYTES + len(source))
            try:
                self._found[source] = row = read(source)
            except InvalidRequestError as problem:
                self._set_problem(source, problem)
                continue
            found.append(row)
            missing.extend(row.sources)
        return found

    def pattern(self, row: ManifestRow) -> int:
        """The pattern number of a row with all its sources, which must be resolved.

        InvalidRequestError if a source is not in the manifest, is undetermined, or is derived from
        itself.
        """
        for source in row.sources:
            self._find_patterns(source)
        sources, own = self._patterns_of(row.sources), self._alone(row)
        sources -= {own}
        if not sources:
            return own
        alone = self._patterns[own]
        number = self._numbers.setdefault((own, sources), len(self._patterns))
        if number == len(self._patterns):
            others = tuple(self._patterns[source] for source in sorted(sources))
            evaluation = strictest([each.evaluation for each in (alone, *others)])
            self._patterns.append(replace(alone, evaluation=evaluation, sources=others))
        self._patterns[number].until = alone.until
        return number

    def _find_patterns(self, first: str) -> None:
        """Visit sources depth first, without recursion: a chain may be as long as the manifest."""
        path, opened = [first], set[str]()
        while path:
            source = path[-1]
            if source in self._known or source in self._problems:
                path.pop()
            elif source in opened:
                self._set_patterns(source, self._found.pop(source))
            else:
                opened.add(source)
                path.extend(each for each in self._found[source].sources if each not in opened)

    def _set_patterns(self, source: str, row: ManifestRow) -> None:
        try:
            patterns = self._patterns_of(row.sources) | {self._alone(row)}
        except OversizedManifestError:
            raise
        except InvalidRequestError as problem:
            self._set_problem(source, problem)
        else:
            # Equal results share one set: there are few results, and maybe a million sources.
            self._known[source] = self._shared.setdefault(patterns, patterns)

    def _set_problem(self, source: str, problem: InvalidRequestError) -> None:
        undetermined = "leads to an item that is undetermined"
        about_sources = problem.field == "derived_from"
        self._problems[source] = problem.problem if about_sources else undetermined

    def _patterns_of(self, sources: tuple[str, ...]) -> frozenset[int]:
        for source in sources:
            if source not in self._known:
                # INVARIANT: an item without a result is being resolved: it is derived from itself.
                problem = self._problems.get(source, "leads back to itself")
                raise InvalidRequestError("derived_from", problem)
        return frozenset[int]().union(*(self._known[source] for source in sources))

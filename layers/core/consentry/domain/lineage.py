"""What a row is derived from, and what that is derived from, and so on: all of it is judged with the row."""

from collections.abc import Callable, Hashable

from consentry.domain.errors import MalformedError
from consentry.domain.manifest import Row, Source


class Lineage[Ground: Hashable]:
    """The grounds that sources bring to what is derived from them; those of each source are worked out once."""

    def __init__(self, ground_of: Callable[[Row], Ground]) -> None:
        self._ground_of = ground_of
        self._known: dict[Source, frozenset[Ground]] = {}
        self._problems: dict[Source, str] = {}
        self._met: dict[frozenset[Ground], frozenset[Ground]] = {}

    def of(self, sources: tuple[Source, ...]) -> frozenset[Ground]:
        """The grounds of sources, and of all that these are derived from.

        MalformedError if one of them is not in the manifest, cannot be decided, or is derived from itself.
        """
        for source in sources:
            self._work_out(source)
        return self._together(sources)

    def _work_out(self, first: Source) -> None:
        """Depth first, and without recursion: a chain of sources may be as long as the manifest."""
        path, opened = [first], dict[Source, Row]()
        while path:
            source = path[-1]
            if source in self._known or source in self._problems:
                path.pop()
            elif row := opened.get(source):
                self._settle(source, row)
            elif row := self._found(source):
                opened[source] = row
                path.extend(each for each in row.sources if each not in opened)

    def _found(self, source: Source) -> Row | None:
        try:
            return source.found(source.item)
        except MalformedError as problem:
            self._give_up(source, problem)
            return None

    def _settle(self, source: Source, row: Row) -> None:
        try:
            grounds = self._together(row.sources) | {self._ground_of(row)}
            # One set for all that come to the same: there are few of them, and there may be a million sources.
            self._known[source] = self._met.setdefault(grounds, grounds)
        except MalformedError as problem:
            self._give_up(source, problem)

    def _give_up(self, source: Source, problem: MalformedError) -> None:
        ours = problem.field == "derived_from"
        self._problems[source] = (
            problem.problem if ours else "leads to an item that is undetermined"
        )

    def _together(self, sources: tuple[Source, ...]) -> frozenset[Ground]:
        for source in sources:
            if source not in self._known:
                # INVARIANT: one without a problem is open still, so it is derived from what is asking for it.
                problem = self._problems.get(source, "leads back to itself")
                raise MalformedError("derived_from", problem)
        return frozenset[Ground]().union(*(self._known[source] for source in sources))

"""The verdicts on a block's rows: the number of each row's kind, or below zero what was wrong with it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from consentry.domain.columns.block_kinds import Alike, BlockKinds, kinds_of
from consentry.domain.columns.row_columns import RowColumns
from consentry.domain.columns.row_people import people_among
from consentry.domain.errors import MalformedError
from consentry.domain.manifests.manifest import NANOSECONDS, Placement, Row, Speech
from consentry.domain.screening.row_kinds import MOST_PEOPLE_TOLD, RowKind, rules_of
from consentry.domain.screening.screener import Screener


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are placed together: as they pass, as columns if they can be read so, and each by itself.

    `row` raises MalformedError naming the field that is missing, malformed or unknown.
    """

    rows: pa.BinaryArray | pa.RecordBatch
    columns: RowColumns | None
    row: Callable[[int], Row]


@dataclass
class Verdicts:
    """Finds verdicts, counts them, and says what each means."""

    screener: Screener
    problems: dict[str, int] = field(default_factory=dict)
    counted: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Rows by verdict and by the number of their people (MOST_PEOPLE_TOLD stands for more, too)."""
    nanoseconds: Counter[int] = field(default_factory=Counter)
    """Of speech, by verdict."""
    admitted: set[str] = field(default_factory=set)
    """The people in the rows so far that were admitted."""

    def on(self, block: Block) -> pa.Int32Array:
        """The verdict on each row of the block."""
        found = kinds_of(block.columns, self.screener) if block.columns else None
        if found is None:
            nothing = pa.nulls(len(block.rows), pa.int32())
            found = BlockKinds((), nothing, nothing.cast(pa.int64()))
        verdicts, people = self._completed(block, found)
        self._count(verdicts, people)
        return verdicts

    def means(self, verdict: int) -> tuple[Placement, dict[str, object]]:
        """Where rows of a verdict go, and why."""
        if verdict < 0:
            return Placement.UNDETERMINED, {"reason": list(self.problems)[-1 - verdict]}
        denying = (f for f in self.screener.judged[verdict].judgement.findings if f.denies)
        rules = dict.fromkeys(rule for each in denying for rule in rules_of(each))
        return self.screener.judged[verdict].placement, {"rules": list(rules)}

    def heard(self, verdict: int, speech: Speech) -> None:
        """A row of this verdict speaks for so long."""
        self.nanoseconds[verdict] += speech.nanoseconds

    def kinds(self, *, timed: bool) -> tuple[RowKind, ...]:
        """The kinds of the rows so far, with seconds of speech where rows say how long they last."""
        rows = Counter[int]()
        for (verdict, _), count in self.counted.items():
            rows[verdict] += count
        return tuple(
            judged.as_kind(rows[number], self.nanoseconds[number] / NANOSECONDS if timed else None)
            for number, judged in enumerate(self.screener.judged)
            # Some are the kinds only of what rows are derived from.
            if rows[number]
        )

    @property
    def unread(self) -> dict[str, int]:
        """How many rows so far could not be decided, by what was wrong with them."""
        unread = Counter[str]()
        problems = list(self.problems)
        for (verdict, _), count in self.counted.items():
            if verdict < 0:
                unread[problems[-1 - verdict]] += count
        return dict(unread)

    @property
    def people_in_rows(self) -> dict[str, dict[int, int]]:
        """Of the rows so far that were decided, how many have how many people in them, by where they went."""
        told: dict[str, Counter[int]] = {str(placement): Counter() for placement in Placement}
        for (verdict, people), count in self.counted.items():
            if verdict >= 0:
                told[self.screener.judged[verdict].placement][people] += count
        return {place: dict(sorted(rows.items())) for place, rows in told.items() if rows}

    def _completed(self, block: Block, found: BlockKinds) -> tuple[pa.Int32Array, pa.Int64Array]:
        """The columns' finding with the rows filled in that had to be asked by themselves."""
        alone = pc.is_null(found.which)
        rows = {row: self._said(block, row) for row in pc.indices_nonzero(alone).to_pylist()}
        said = [row for row in rows.values() if isinstance(row, Row)]
        said += self.screener.lineage.find(said)
        self.screener.people.meet({person: None for row in said for person, _ in row.people})
        # In the order of the rows, whichever way they are read: so that kinds have the same numbers.
        first: dict[int, Alike | Row | str] = {each.first: each for each in found.alike} | rows
        verdicts = {place: self._verdict(first[place]) for place in sorted(first)}
        kinds = pa.array([verdicts[each.first] for each in found.alike], pa.int32())
        asked = pa.array([verdicts[row] for row in rows], pa.int32())
        people = [_people_in(row) for row in rows.values()]
        completed = pc.replace_with_mask(kinds.take(found.which), alone, asked)
        there = pc.is_in(completed, pa.array(self._admitting(), pa.int32()))
        self.admitted.update(people_among(block.columns, alone, rows, there))
        return (
            completed,
            pc.replace_with_mask(found.people, alone, pa.array(people, pa.int64())),
        )

    def _admitting(self) -> list[int]:
        kinds = enumerate(self.screener.judged)
        return [each for each, kind in kinds if kind.placement is Placement.ADMITTED]

    def _said(self, block: Block, row: int) -> Row | str:
        try:
            return block.row(row)
        except MalformedError as problem:
            # The text of the error names our field and what is wrong with it; never the value.
            return str(problem)

    def _verdict(self, said: Alike | Row | str) -> int:
        try:
            if isinstance(said, Row):
                return self.screener.kind(said)
            if isinstance(said, Alike):
                return self.screener.kind_of(
                    said.data, said.collected_at, said.collected_by, said.people
                )
        except MalformedError as problem:
            said = str(problem)
        return -1 - self.problems.setdefault(said, len(self.problems))

    def _count(self, verdicts: pa.Int32Array, people: pa.Int64Array) -> None:
        several = pc.min_element_wise(people, MOST_PEOPLE_TOLD)
        both = pc.add(pc.multiply(verdicts.cast(pa.int64()), MOST_PEOPLE_TOLD + 1), several)
        for counted in both.value_counts().to_pylist():
            self.counted[divmod(counted["values"], MOST_PEOPLE_TOLD + 1)] += counted["counts"]


def _people_in(said: Row | str) -> int:
    return 0 if isinstance(said, str) else len({person for person, _ in said.people})

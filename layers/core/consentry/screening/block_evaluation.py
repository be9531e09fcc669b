"""Evaluates the rows of a block: the number of each row's pattern, or a negative number for its problem."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import Block
from consentry.manifests.model import NANOSECONDS, ManifestRow, RowOutcome, SpeechDuration
from consentry.screening.block_patterns import BlockPatterns, RowGroup, find_patterns
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening.row_patterns import MAX_PEOPLE_COUNTED, RowPattern, rules_of
from consentry.screening.row_people import people_among


@dataclass
class BlockEvaluator:
    """Finds a result code per row, counts them, and explains each."""

    row_evaluator: RowEvaluator
    problems: dict[str, int] = field(default_factory=dict)
    counted: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Rows by result code and number of people (MAX_PEOPLE_COUNTED includes larger numbers)."""
    nanoseconds: Counter[int] = field(default_factory=Counter)
    """Nanoseconds of speech by result code."""
    admitted: set[str] = field(default_factory=set)
    """The people in the rows so far that were admitted."""

    def on(self, block: Block) -> pa.Int32Array:
        """The result code of each row of the block."""
        found = find_patterns(block.columns, self.row_evaluator) if block.columns else None
        if found is None:
            nothing = pa.nulls(len(block.rows), pa.int32())
            found = BlockPatterns((), nothing, nothing.cast(pa.int64()))
        verdicts, people = self._completed(block, found)
        self._count(verdicts, people)
        return verdicts

    def means(self, verdict: int) -> tuple[RowOutcome, dict[str, object]]:
        """The outcome of a result code, and its rules or problem."""
        if verdict < 0:
            return RowOutcome.UNDETERMINED, {"reason": list(self.problems)[-1 - verdict]}
        denying = (f for f in self.row_evaluator.patterns[verdict].evaluation.reasons if f.denies)
        rules = dict.fromkeys(rule for each in denying for rule in rules_of(each))
        return self.row_evaluator.patterns[verdict].row_outcome, {"rules": list(rules)}

    def add_speech(self, verdict: int, speech_duration: SpeechDuration) -> None:
        """Add the speech of a row with this result code."""
        self.nanoseconds[verdict] += speech_duration.nanoseconds

    def row_patterns(self, *, timed: bool) -> tuple[RowPattern, ...]:
        """The kinds of the rows so far, with seconds of speech where rows say how long they last."""
        rows = Counter[int]()
        for (verdict, _), count in self.counted.items():
            rows[verdict] += count
        return tuple(
            patterns.as_row_pattern(
                rows[number], self.nanoseconds[number] / NANOSECONDS if timed else None
            )
            for number, patterns in enumerate(self.row_evaluator.patterns)
            # Some are the kinds only of what rows are derived from.
            if rows[number]
        )

    @property
    def invalid_rows(self) -> dict[str, int]:
        """How many rows so far could not be decided, by what was wrong with them."""
        invalid_rows = Counter[str]()
        problems = list(self.problems)
        for (verdict, _), count in self.counted.items():
            if verdict < 0:
                invalid_rows[problems[-1 - verdict]] += count
        return dict(invalid_rows)

    @property
    def rows_by_people(self) -> dict[str, dict[int, int]]:
        """Of the rows so far that were decided, how many have how many people in them, by where they went."""
        told: dict[str, Counter[int]] = {str(row_outcome): Counter() for row_outcome in RowOutcome}
        for (verdict, people), count in self.counted.items():
            if verdict >= 0:
                told[self.row_evaluator.patterns[verdict].row_outcome][people] += count
        return {place: dict(sorted(rows.items())) for place, rows in told.items() if rows}

    def _completed(self, block: Block, found: BlockPatterns) -> tuple[pa.Int32Array, pa.Int64Array]:
        """The result codes of the columns, completed by the rows that were read one by one."""
        alone = pc.is_null(found.which)
        rows = {row: self._said(block, row) for row in pc.indices_nonzero(alone).to_pylist()}
        said = [row for row in rows.values() if isinstance(row, ManifestRow)]
        said += self.row_evaluator.lineage.resolve(said)
        self.row_evaluator.people.load({person: None for row in said for person, _ in row.people})
        # In the order of the rows, whichever way they are read: so that kinds have the same numbers.
        first: dict[int, RowGroup | ManifestRow | str] = {
            each.first: each for each in found.groups
        } | rows
        verdicts = {place: self._verdict(first[place]) for place in sorted(first)}
        row_patterns = pa.array([verdicts[each.first] for each in found.groups], pa.int32())
        asked = pa.array([verdicts[row] for row in rows], pa.int32())
        people = [_people_in(row) for row in rows.values()]
        completed = pc.replace_with_mask(row_patterns.take(found.which), alone, asked)
        there = pc.is_in(completed, pa.array(self._admitting(), pa.int32()))
        self.admitted.update(people_among(block.columns, alone, rows, there))
        return (
            completed,
            pc.replace_with_mask(found.people, alone, pa.array(people, pa.int64())),
        )

    def _admitting(self) -> list[int]:
        row_patterns = enumerate(self.row_evaluator.patterns)
        return [
            each for each, pattern in row_patterns if pattern.row_outcome is RowOutcome.ADMITTED
        ]

    def _said(self, block: Block, row: int) -> ManifestRow | str:
        try:
            return block.row(row)
        except InvalidRequestError as problem:
            # The text of the error names our field and what is wrong with it; never the value.
            return str(problem)

    def _verdict(self, said: RowGroup | ManifestRow | str) -> int:
        try:
            if isinstance(said, ManifestRow):
                return self.row_evaluator.pattern(said)
            if isinstance(said, RowGroup):
                return self.row_evaluator.pattern_of(
                    said.data, said.collected_at, said.collected_by, said.people
                )
        except InvalidRequestError as problem:
            said = str(problem)
        return -1 - self.problems.setdefault(said, len(self.problems))

    def _count(self, verdicts: pa.Int32Array, people: pa.Int64Array) -> None:
        several = pc.min_element_wise(people, MAX_PEOPLE_COUNTED)
        both = pc.add(pc.multiply(verdicts.cast(pa.int64()), MAX_PEOPLE_COUNTED + 1), several)
        for counted in both.value_counts().to_pylist():
            self.counted[divmod(counted["values"], MAX_PEOPLE_COUNTED + 1)] += counted["counts"]


def _people_in(said: ManifestRow | str) -> int:
    return 0 if isinstance(said, str) else len({person for person, _ in said.people})

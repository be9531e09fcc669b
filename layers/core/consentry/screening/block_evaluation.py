"""Evaluates blocks of rows: each row gets its pattern's number, or a negative problem number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.errors import InvalidRequestError, OversizedManifestError
from consentry.manifests.block import Block
from consentry.manifests.model import NANOSECONDS, ManifestRow, RowOutcome
from consentry.screening.block_patterns import BlockPatterns, ColumnRows, RowGroup
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening.row_patterns import MAX_PEOPLE_COUNTED, RowPattern, earliest, rules_of
from consentry.screening.row_people import people_of


@dataclass(frozen=True, slots=True)
class BlockRows:
    """A block that is read and not evaluated yet.

    `columns`: the rows that are evaluated by column. `alone`: the other rows by index, or their
    problems. `people`: load the states of these people first.
    """

    block: Block
    columns: ColumnRows | None
    alone: Mapping[int, ManifestRow | str]
    people: Sequence[str]


@dataclass
class BlockEvaluator:
    """Finds the result code of each row, counts rows by code, and explains codes.

    Use: read a block, add the states of its people to `row_evaluator.people`, evaluate it.
    """

    row_evaluator: RowEvaluator
    problems: dict[str, int] = field(default_factory=dict)
    counted: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Rows by result code and number of people (MAX_PEOPLE_COUNTED includes larger numbers)."""
    nanoseconds: Counter[int] = field(default_factory=Counter)
    """Nanoseconds of speech by result code."""
    admitted: set[str] = field(default_factory=set)
    """The people in the rows so far that were admitted."""

    def read(self, block: Block) -> BlockRows:
        """The rows of a block, by column where possible, with the sources of derived rows."""
        evaluator, rows, columns = self.row_evaluator, range(len(block.rows)), None
        if block.columns and (columns := ColumnRows.of(block.columns, evaluator)):
            rows = pc.indices_nonzero(pc.invert(columns.by_column)).to_pylist()
        alone = {row: _read(block, row) for row in rows}
        readable = [row for row in alone.values() if isinstance(row, ManifestRow)]
        if block.source:
            readable += evaluator.lineage.resolve(readable, block.source)
        people = [*columns.people.ids] if columns else []
        people += [person for row in readable for person, _ in row.people]
        return BlockRows(block, columns, alone, evaluator.people.missing(people))

    def evaluate(self, rows: BlockRows) -> pa.Int32Array:
        """The result code of each row."""
        block, columns, alone = rows.block, rows.columns, rows.alone
        found = columns.patterns(self.row_evaluator) if columns else None
        if found is None:
            count = len(block.rows)
            nulls = pa.nulls(count, pa.int32())
            found = BlockPatterns((), nulls, nulls.cast(pa.int64()))
            alone = {i: alone[i] if i in alone else _read(block, i) for i in range(count)}
        codes, people_counts = self._completed(block, found, alone)
        several = pc.min_element_wise(people_counts, MAX_PEOPLE_COUNTED)
        both = pc.add(pc.multiply(codes.cast(pa.int64()), MAX_PEOPLE_COUNTED + 1), several)
        for counted in both.value_counts().to_pylist():
            self.counted[divmod(counted["values"], MAX_PEOPLE_COUNTED + 1)] += counted["counts"]
        return codes

    def explain(self, code: int) -> tuple[RowOutcome, dict[str, object]]:
        """The outcome of a result code, and its rules or problem."""
        if code < 0:
            return RowOutcome.UNDETERMINED, {"reason": list(self.problems)[-1 - code]}
        pattern = self.row_evaluator.patterns[code]
        denying = (reason for reason in pattern.evaluation.reasons if reason.denies)
        rules = dict.fromkeys(rule for reason in denying for rule in rules_of(reason))
        return pattern.row_outcome, {"rules": list(rules)}

    def row_patterns(self, *, timed: bool) -> tuple[RowPattern, ...]:
        """The patterns of the rows so far; `timed`: with seconds of speech."""
        rows = self._rows_by_code()
        self.row_evaluator.set_grant_spans(self.admitted)
        return tuple(
            pattern.as_row_pattern(
                rows[code], self.nanoseconds[code] / NANOSECONDS if timed else None
            )
            for code, pattern in enumerate(self.row_evaluator.patterns)
            if rows[code]  # Patterns without rows belong only to sources of derived rows.
        )

    @property
    def expires_at(self) -> datetime | None:
        """When the first of the admitted patterns so far must be evaluated again."""
        rows = self._rows_by_code()
        patterns = enumerate(self.row_evaluator.patterns)
        return earliest(pattern.expires_at for code, pattern in patterns if rows[code])

    @property
    def invalid_rows(self) -> dict[str, int]:
        """How many rows so far could not be evaluated, by problem."""
        problems, rows = list(self.problems), self._rows_by_code()
        return {problems[-1 - code]: count for code, count in rows.items() if code < 0}

    @property
    def rows_by_people(self) -> dict[str, dict[int, int]]:
        """The evaluated rows so far, by row outcome and number of people."""
        found: dict[str, Counter[int]] = {str(row_outcome): Counter() for row_outcome in RowOutcome}
        for (code, people), count in self.counted.items():
            if code >= 0:
                found[self.row_evaluator.patterns[code].row_outcome][people] += count
        return {outcome: dict(sorted(rows.items())) for outcome, rows in found.items() if rows}

    def _rows_by_code(self) -> Counter[int]:
        rows = Counter[int]()
        for (code, _), count in self.counted.items():
            rows[code] += count
        return rows

    def _completed(
        self, block: Block, found: BlockPatterns, alone: Mapping[int, ManifestRow | str]
    ) -> tuple[pa.Int32Array, pa.Int64Array]:
        """The codes and the numbers of people of all rows: those read by column, and those in `alone`."""
        # In the order of the rows, so that patterns get the same numbers however rows are read.
        groups: dict[int, RowGroup | ManifestRow | str] = {
            group.first: group for group in found.groups
        }
        first = groups | dict(alone)
        codes = {row: self._code(first[row]) for row in sorted(first)}
        of_groups = pa.array([codes[group.first] for group in found.groups], pa.int32())
        of_rows = pa.array([codes[row] for row in alone], pa.int32())
        counts = [
            0 if isinstance(row, str) else len({person for person, _ in row.people})
            for row in alone.values()
        ]
        read_alone = pc.is_null(found.group)
        completed = pc.replace_with_mask(of_groups.take(found.group), read_alone, of_rows)
        patterns = enumerate(self.row_evaluator.patterns)
        admitting = [code for code, each in patterns if each.row_outcome is RowOutcome.ADMITTED]
        admitted = pc.is_in(completed, pa.array(admitting, pa.int32()))
        self.admitted.update(people_of(block.columns, read_alone, alone, admitted))
        self.admitted -= self.row_evaluator.people.unidentified
        people_counts = pc.replace_with_mask(
            found.people_counts, read_alone, pa.array(counts, pa.int64())
        )
        return completed, people_counts

    def _code(self, row: RowGroup | ManifestRow | str) -> int:
        try:
            if isinstance(row, ManifestRow):
                return self.row_evaluator.pattern(row)
            if isinstance(row, RowGroup):
                return self.row_evaluator.pattern_of(*row.facts, row.people)
        except OversizedManifestError:
            raise
        except InvalidRequestError as problem:
            row = str(problem)
        return -1 - self.problems.setdefault(row, len(self.problems))


def _read(block: Block, row: int) -> ManifestRow | str:
    """A row, or the text of its problem."""
    try:
        return block.row(row)
    except InvalidRequestError as problem:
        # The text names the field and the problem, never the value.
        return str(problem)

"""The kinds of a block's rows, found by column: each distinct value is looked at once, not each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from consentry.kernel.requests import leaves_of
from consentry.kernel.vocabulary import DataCategory, Service
from consentry.manifests.field_mapping import DataNodes
from consentry.manifests.row_columns import SEPARATOR, TIMESTAMPS, RowColumns
from consentry.screening.row_evaluator import PeopleStatuses, RowEvaluator
from consentry.screening.row_people import RowPeople

_NODES = TypeAdapter(DataNodes)
_SERVICES = {str(service): place for place, service in enumerate(Service)}


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of a block with the same pattern, represented by the first of them."""

    first: int
    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    people: PeopleStatuses


@dataclass(frozen=True, slots=True)
class BlockPatterns:
    """For each row the index of its group and its number of people; null if the row must be read by itself."""

    groups: Sequence[RowGroup]
    which: pa.Int32Array
    people: pa.Int64Array


def find_patterns(columns: RowColumns, row_evaluator: RowEvaluator) -> BlockPatterns | None:
    """The patterns of a block's rows; None if there are too many to distinguish at once."""
    facts = _Facts.of(columns, row_evaluator)
    kept = facts.readable(columns)
    people = RowPeople.of(columns.people.filter(kept))
    unreadable = people.unreadable(row_evaluator.people.states)
    if unreadable.true_count:
        kept = pc.replace_with_mask(kept, kept, pc.invert(unreadable))
        people = RowPeople.of(columns.people.filter(kept))
    ways = people.people_statuses(row_evaluator.people, facts.leaves, facts.data.filter(kept))
    if ways is None:
        return None
    way, people_statuses = ways
    # INVARIANT: values are renumbered before they are multiplied; otherwise many patterns overflow 64 bits into one.
    fact = facts.code.filter(kept).dictionary_encode().indices.cast(pa.int64())
    sorts = pc.add(pc.multiply(fact, len(people_statuses)), way).dictionary_encode()
    rows = pc.indices_nonzero(kept)
    groups = []
    for place, code in enumerate(sorts.dictionary.to_pylist()):
        first = rows[pc.index(sorts.indices, place).as_py()].as_py()
        groups.append(
            RowGroup(first, *facts.at(first), people_statuses[code % len(people_statuses)])
        )
    return BlockPatterns(groups, _back(sorts.indices, kept), _back(people.counts, kept))


def _back(values: pa.Array, kept: pa.BooleanArray) -> pa.Array:
    """The values of some rows at their positions; null elsewhere."""
    return pc.replace_with_mask(pa.nulls(len(kept), values.type), kept, values)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The rows' facts as numbers, null where they cannot be read; `sort` is one number for all of them."""

    leaves: Sequence[tuple[DataCategory, ...]]
    data: pa.Int64Array
    moments: pa.TimestampArray
    services: pa.StringArray
    code: pa.Int64Array

    @classmethod
    def of(cls, columns: RowColumns, row_evaluator: RowEvaluator) -> "_Facts":
        leaves, data = _numbered(columns.data, _leaves)
        services, by = _numbered(columns.collected_by, _SERVICES.get)
        latest = pa.scalar(row_evaluator.latest, TIMESTAMPS)
        at = columns.collected_at
        moments = pc.if_else(pc.less_equal(at, latest), at, pa.scalar(None, TIMESTAMPS))
        code = pc.add(pc.multiply(data, len(services)), by)
        # Periods are numbered, not one bit each: a customer may have hundreds of grants that cover earlier data.
        begun = [
            pc.less_equal(pa.scalar(each, TIMESTAMPS), moments) for each in row_evaluator.in_force
        ]
        covered = [
            pc.less(pa.scalar(each, TIMESTAMPS), moments) for each in row_evaluator.covering_grants
        ]
        for passed in (begun, covered):
            code = pc.multiply(code, len(passed) + 1)
            for one in passed:
                code = pc.add(code, one.cast(pa.int64()))
        return cls(leaves, data, moments, columns.collected_by, code)

    def readable(self, columns: RowColumns) -> pa.BooleanArray:
        """The rows that say all there is to say."""
        return pc.and_(pc.is_valid(self.code), pc.is_valid(columns.people))

    def at(self, row: int) -> tuple[tuple[DataCategory, ...], datetime, Service]:
        """The row at an index."""
        return (
            self.leaves[self.data[row].as_py()],
            self.moments[row].as_py(),
            Service(self.services[row].as_py()),
        )


def _numbered[T](
    column: pa.StringArray, read: Callable[[str], T | None]
) -> tuple[list[T], pa.Int64Array]:
    """The values that can be read, and for each row its value's number; null where it cannot be read."""
    texts = column.dictionary_encode()
    values: list[T] = []
    numbers: list[int | None] = []
    for text in texts.dictionary.to_pylist():
        value = read(text)
        numbers.append(None if value is None else len(values))
        values += [] if value is None else [value]
    return values, pa.array(numbers, pa.int64()).take(texts.indices)


def _leaves(joined: str) -> tuple[DataCategory, ...] | None:
    try:
        return leaves_of(_NODES.validate_python(tuple(joined.split(SEPARATOR))))
    except ValidationError:
        return None

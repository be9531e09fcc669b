"""The patterns of a block's rows, found by column: the work is per distinct value, not per row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from consentry.kernel.requests import leaves_of
from consentry.kernel.vocabulary import DataCategory, Service, vocabulary
from consentry.manifests.field_mapping import DataNodes
from consentry.manifests.row_columns import SEPARATOR, TIMESTAMPS, RowColumns
from consentry.screening.row_evaluator import PeopleStatuses, RowEvaluator
from consentry.screening.row_people import RowPeople

MAX_LOOKUPS = 1_000_000
"""The most pairs of a person and a set of categories that one block may have."""

_NODES = TypeAdapter(DataNodes)


class RowGroup(NamedTuple):
    """Rows of a block with the same pattern, represented by the first of them."""

    first: int
    facts: tuple[tuple[DataCategory, ...], datetime, Service]
    people: PeopleStatuses


@dataclass(frozen=True, slots=True)
class BlockPatterns:
    """For each row the index of its group, and its number of people; null if the row is read by itself."""

    groups: Sequence[RowGroup]
    group: pa.Int32Array
    people_counts: pa.Int64Array


@dataclass(frozen=True, slots=True)
class ColumnRows:
    """The rows of a block that can be evaluated by column: `by_column` says which.

    `data`: the index of each row's categories in `leaves`. `facts`: one number for all facts of a
    row. Both are null if the row cannot be read.
    """

    by_column: pa.BooleanArray
    people: RowPeople
    leaves: Sequence[tuple[DataCategory, ...]]
    data: pa.Int64Array
    moments: pa.TimestampArray
    services: pa.StringArray
    facts: pa.Int64Array

    @classmethod
    def of(cls, columns: RowColumns, row_evaluator: RowEvaluator) -> Self | None:
        """The rows that have all their values; None if the block has too many people and data."""
        leaves, data = _numbered(columns.data, _leaves)
        services, by = _numbered(columns.collected_by, _known_service)
        at, latest = columns.collected_at, pa.scalar(row_evaluator.latest, TIMESTAMPS)
        moments = pc.if_else(pc.less_equal(at, latest), at, pa.scalar(None, TIMESTAMPS))
        facts = pc.add(pc.multiply(data, len(services)), by)
        # The number of boundaries before a moment names its period. One bit per boundary would overflow:
        # a customer may have hundreds of grants.
        for boundaries in (row_evaluator.in_force, row_evaluator.covered_since):
            facts = pc.multiply(facts, len(boundaries) + 1)
            for boundary in boundaries:
                after = pc.greater_equal(moments, pa.scalar(boundary, TIMESTAMPS))
                facts = pc.add(facts, after.cast(pa.int64()))
        by_column = pc.and_(pc.is_valid(facts), pc.is_valid(columns.people))
        people = RowPeople.of(columns.people.filter(by_column))
        unreadable = people.unreadable(row_evaluator.people.states)
        if unreadable.true_count:
            by_column = pc.replace_with_mask(by_column, by_column, pc.invert(unreadable))
            people = RowPeople.of(columns.people.filter(by_column))
        if len(leaves) * len(people.ids) > MAX_LOOKUPS:
            return None
        return cls(by_column, people, leaves, data, moments, columns.collected_by, facts)

    def patterns(self, row_evaluator: RowEvaluator) -> BlockPatterns | None:
        """The patterns of the rows, once all states are loaded; None if there are too many."""
        by_column, data = self.by_column, self.data.filter(self.by_column)
        moments = self.moments.filter(self.by_column)
        statuses = self.people.statuses(row_evaluator.people, self.leaves, data, moments)
        if statuses is None:
            return None
        status, people_statuses = statuses
        # INVARIANT: values are renumbered before they are multiplied. Otherwise many patterns could
        # overflow 64 bits and become one.
        fact = self.facts.filter(by_column).dictionary_encode().indices.cast(pa.int64())
        codes = pc.add(pc.multiply(fact, len(people_statuses)), status).dictionary_encode()
        rows = pc.indices_nonzero(by_column)
        groups = []
        for group, code in enumerate(codes.dictionary.to_pylist()):
            first = rows[pc.index(codes.indices, group).as_py()].as_py()
            people = people_statuses[code % len(people_statuses)]
            facts = (
                self.leaves[self.data[first].as_py()],
                self.moments[first].as_py(),
                self.services[first].as_py(),
            )
            groups.append(RowGroup(first, facts, people))
        counts = self.people.counts()
        return BlockPatterns(groups, _spread(codes.indices, by_column), _spread(counts, by_column))


def _spread(values: pa.Array, by_column: pa.BooleanArray) -> pa.Array:
    """The values at the positions of the rows; null elsewhere."""
    return pc.replace_with_mask(pa.nulls(len(by_column), values.type), by_column, values)


def _numbered[T](
    column: pa.StringArray, read: Callable[[str], T | None]
) -> tuple[list[T], pa.Int64Array]:
    """The readable values, and for each row the number of its value; null if it cannot be read."""
    texts = column.dictionary_encode()
    values: list[T] = []
    numbers: list[int | None] = []
    for text in texts.dictionary.to_pylist():
        value = read(text)
        numbers.append(None if value is None else len(values))
        values += [] if value is None else [value]
    return values, pa.array(numbers, pa.int64()).take(texts.indices)


def _known_service(service: str) -> str | None:
    return service if service in vocabulary().services else None


def _leaves(joined: str) -> tuple[DataCategory, ...] | None:
    try:
        return leaves_of(_NODES.validate_python(tuple(joined.split(SEPARATOR))))
    except ValidationError:
        return None

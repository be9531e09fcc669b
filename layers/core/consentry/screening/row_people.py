"""Who is in each row of a block: read by column, so that each person is looked at once and each row not at all."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.schema import ID_PATTERN
from consentry.kernel.vocabulary import DataCategory
from consentry.manifests.model import ManifestRow
from consentry.manifests.row_columns import ROLES, RowColumns
from consentry.screening.row_evaluator import PeopleStatuses
from consentry.screening.status_cache import StatusCache

MAX_STATUS_ROLES = 62
"""Distinct (statuses, role) in one block: each is one of 64 bits of a row."""

MAX_PAIRWISE = 32
"""So many people in a row are compared with one another, which is quicker than finding all who are distinct."""

MAX_LOOKUPS = 1_000_000
"""Pairs of a person and data in one block."""

_ID = re.compile(ID_PATTERN.removesuffix("$"))


@dataclass(frozen=True, slots=True)
class RowPeople:
    """The people of some rows: each id once, the number of mentions per row, and for each mention its row, the index
    of its id, and its role."""

    names: Sequence[str]
    mentions: pa.Int32Array
    row: pa.Int64Array
    name: pa.Int64Array
    role: pa.Int64Array

    @classmethod
    def of(cls, people: pa.ListArray) -> Self:
        """The people in a column of lists without nulls."""
        mentioned = people.flatten()
        names = pc.struct_field(mentioned, "person").dictionary_encode()
        return cls(
            names.dictionary.to_pylist(),
            pc.list_value_length(people),
            pc.list_parent_indices(people),
            names.indices.cast(pa.int64()),
            pc.struct_field(mentioned, "role").cast(pa.int64()),
        )

    def unreadable(self, cache: Collection[str]) -> pa.BooleanArray:
        """The rows that mention an invalid id or no role; a person who is loaded has a valid id."""
        ids = pa.array(
            [name in cache or bool(_ID.fullmatch(name)) for name in self.names], pa.bool_()
        )
        good = pc.and_(pc.fill_null(ids.take(self.name), False), pc.is_valid(self.role))
        return self._any(pc.invert(good))

    def people_statuses(
        self, cache: StatusCache, data: Sequence[tuple[DataCategory, ...]], of_row: pa.Int64Array
    ) -> tuple[pa.Int64Array, Sequence[PeopleStatuses]] | None:
        """The number of each row's combination of people; None if there are too many combinations.

        `of_row` has for each row its index in `data`.
        """
        if len(data) * len(self.names) > MAX_LOOKUPS:
            return None
        cache.load(self.names)
        statuses = self._standings(cache, data, of_row)
        sorts = pc.add(pc.multiply(statuses, len(ROLES)), self.role).dictionary_encode()
        if len(sorts.dictionary) > MAX_STATUS_ROLES:
            return None
        mask = pa.repeat(pa.scalar(0, pa.int64()), len(self.mentions))
        for place in range(len(sorts.dictionary)):
            bit = self._any(pc.equal(sorts.indices, place)).cast(pa.int64())
            mask = pc.bit_wise_or(mask, pc.shift_left(bit, place))
        ways = mask.dictionary_encode()
        people_statuses = [divmod(sort, len(ROLES)) for sort in sorts.dictionary.to_pylist()]
        return ways.indices.cast(pa.int64()), [
            frozenset(
                (number, ROLES[role])
                for bit, (number, role) in enumerate(people_statuses)
                if way >> bit & 1
            )
            for way in ways.dictionary.to_pylist()
        ]

    def _standings(
        self, cache: StatusCache, data: Sequence[tuple[DataCategory, ...]], of_row: pa.Int64Array
    ) -> pa.Int64Array:
        """For each mention the number of the person's statuses on the row's data."""
        numbers = [number for each in data for number in cache.numbers(self.names, each)]
        of_mention = pc.multiply(of_row.take(self.row), len(self.names))
        return pa.array(numbers, pa.int64()).take(pc.add(of_mention, self.name))

    @property
    def counts(self) -> pa.Int64Array:
        """How many people are in each row; who is mentioned twice in one row is there once."""
        mention = pc.add(pc.multiply(self.row, len(self.names)), self.name)
        most = pc.max(self.mentions).as_py() or 0
        if most > MAX_PAIRWISE:
            return self._distinct(mention)
        # Only the last mention of a person in a row counts: no later mention in the row is equal to it.
        again = pa.repeat(pa.scalar(False), len(mention))
        for by in range(1, min(most, len(mention))):
            equal = pc.equal(mention[by:], mention[:-by])
            if pc.any(equal).as_py():
                again = pc.or_(again, pa.concat_arrays([equal, pa.array([False] * by)]))
        return pc.subtract(self.mentions.cast(pa.int64()), self._number_of(again))

    def _distinct(self, mention: pa.Int64Array) -> pa.Int64Array:
        rows = pc.divide(mention.unique(), len(self.names)).value_counts()
        of_row = pc.index_in(pa.array(range(len(self.mentions)), pa.int64()), rows.field("values"))
        return pc.fill_null(rows.field("counts").take(of_row), 0)

    def _any(self, mentions: pa.BooleanArray) -> pa.BooleanArray:
        """The rows in which a mention has the flag."""
        return pc.greater(self._number_of(mentions), 0)

    def _number_of(self, mentions: pa.BooleanArray) -> pa.Int64Array:
        """How many mentions of each row are so."""
        running = pc.cumulative_sum(mentions.cast(pa.int64()))
        running = pa.concat_arrays([pa.array([0], pa.int64()), running])
        ends = pc.cumulative_sum(self.mentions.cast(pa.int64()))
        begins = pc.subtract(ends, self.mentions.cast(pa.int64()))
        return pc.subtract(running.take(ends), running.take(begins))


def people_among(
    columns: RowColumns | None,
    alone: pa.BooleanArray,
    rows: Mapping[int, ManifestRow | str],
    there: pa.BooleanArray,
) -> Iterator[str]:
    """The distinct people of the rows in `there`, without those of rows that are read by themselves (`alone`)."""
    if columns:
        people = columns.people.filter(pc.and_(there, pc.invert(alone))).flatten()
        yield from pc.struct_field(people, "person").unique().to_pylist()
    going = there.take(pa.array(rows, pa.int64())).to_pylist()
    for said, goes in zip(rows.values(), going, strict=True):
        if goes and isinstance(said, ManifestRow):
            yield from (person for person, _ in said.people)

"""The people in the rows of a block, by column: the work is per distinct person, not per row."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.schema import is_person_id
from consentry.kernel.vocabulary import DataCategory, vocabulary
from consentry.manifests.model import ManifestRow
from consentry.manifests.row_columns import TIMESTAMPS, RowColumns
from consentry.screening.row_evaluator import PeopleStatuses
from consentry.screening.status_cache import StatusCache, StatusPeriods

MAX_STATUS_ROLES = 62
"""The most pairs of statuses and role in one block: each pair is one bit of a 64-bit number."""

MAX_PAIRWISE = 32
"""Up to this many people in a row are compared in pairs, which is faster than counting them."""


@dataclass(frozen=True, slots=True)
class RowPeople:
    """The people of some rows.

    `ids`: each id once. `mentions`: the number of mentions in each row. For each mention: `row`,
    `person` (the index of its id) and `role`.
    """

    ids: Sequence[str]
    mentions: pa.Int32Array
    row: pa.Int64Array
    person: pa.Int64Array
    role: pa.Int64Array

    @classmethod
    def of(cls, people: pa.ListArray) -> Self:
        """The people in a column of lists without nulls."""
        mentioned = people.flatten()
        ids = pc.struct_field(mentioned, "person").dictionary_encode()
        return cls(
            ids.dictionary.to_pylist(),
            pc.list_value_length(people),
            pc.list_parent_indices(people),
            ids.indices.cast(pa.int64()),
            pc.struct_field(mentioned, "role").cast(pa.int64()),
        )

    def unreadable(self, known: Collection[str]) -> pa.BooleanArray:
        """The rows that mention an invalid id or no role; `known` ids are valid."""
        is_id = pa.array(
            [person in known or is_person_id(person) for person in self.ids], pa.bool_()
        )
        valid = pc.and_(pc.fill_null(is_id.take(self.person), False), pc.is_valid(self.role))
        return self._any(pc.invert(valid))

    def statuses(
        self,
        cache: StatusCache,
        data: Sequence[tuple[DataCategory, ...]],
        of_row: pa.Int64Array,
        moments: pa.TimestampArray,
    ) -> tuple[pa.Int64Array, Sequence[PeopleStatuses]] | None:
        """For each row the index of its people's statuses; None if there are too many.

        `of_row`: for each row its index in `data`. `moments`: when each row was collected. The cache
        must have the states of all people.
        """
        periods = [each for leaves in data for each in cache.periods(self.ids, leaves)]
        of_mention = pc.add(pc.multiply(of_row.take(self.row), len(self.ids)), self.person)
        status = _numbers(periods).take(self._period(periods, of_mention, moments))
        roles = tuple(vocabulary().roles)
        pairs = pc.add(pc.multiply(status, len(roles)), self.role).dictionary_encode()
        if len(pairs.dictionary) > MAX_STATUS_ROLES:
            return None
        mask = pa.repeat(pa.scalar(0, pa.int64()), len(self.mentions))
        for bit in range(len(pairs.dictionary)):
            in_row = self._any(pc.equal(pairs.indices, bit)).cast(pa.int64())
            mask = pc.bit_wise_or(mask, pc.shift_left(in_row, bit))
        masks = mask.dictionary_encode()
        status_roles = [divmod(pair, len(roles)) for pair in pairs.dictionary.to_pylist()]
        return masks.indices.cast(pa.int64()), [
            frozenset(
                (number, roles[role])
                for bit, (number, role) in enumerate(status_roles)
                if bits >> bit & 1
            )
            for bits in masks.dictionary.to_pylist()
        ]

    def _period(
        self,
        periods: Sequence[StatusPeriods],
        of_mention: pa.Int64Array,
        moments: pa.TimestampArray,
    ) -> pa.Int64Array:
        """For each mention the index of its number in `_numbers`: by its person, data and time of collection."""
        starts = [0, *accumulate(len(each.numbers) for each in periods)]
        index = pa.array(starts, pa.int64()).take(of_mention)
        at = moments.take(self.row)
        for nth in range(max((len(each.boundaries) for each in periods), default=0)):
            nths = [
                each.boundaries[nth] if nth < len(each.boundaries) else None for each in periods
            ]
            after = pc.greater_equal(at, pa.array(nths, TIMESTAMPS).take(of_mention))
            index = pc.add(index, pc.fill_null(after, False).cast(pa.int64()))
        return index

    def counts(self) -> pa.Int64Array:
        """The number of distinct people in each row."""
        mention = pc.add(pc.multiply(self.row, len(self.ids)), self.person)
        most = pc.max(self.mentions).as_py() or 0
        if most > MAX_PAIRWISE:
            rows = pc.divide(mention.unique(), len(self.ids)).value_counts()
            numbers = pa.array(range(len(self.mentions)), pa.int64())
            of_row = pc.index_in(numbers, rows.field("values"))
            return pc.fill_null(rows.field("counts").take(of_row), 0)
        # Only the last mention of a person in a row counts: no later mention in the row is equal.
        repeated = pa.repeat(pa.scalar(False), len(mention))
        for by in range(1, min(most, len(mention))):
            equal = pc.equal(mention[by:], mention[:-by])
            if pc.any(equal).as_py():
                repeated = pc.or_(repeated, pa.concat_arrays([equal, pa.array([False] * by)]))
        return pc.subtract(self.mentions.cast(pa.int64()), self._number_of(repeated))

    def _any(self, mentions: pa.BooleanArray) -> pa.BooleanArray:
        """The rows with at least one of the mentions."""
        return pc.greater(self._number_of(mentions), 0)

    def _number_of(self, mentions: pa.BooleanArray) -> pa.Int64Array:
        """How many of the mentions each row has."""
        running = pc.cumulative_sum(mentions.cast(pa.int64()))
        running = pa.concat_arrays([pa.array([0], pa.int64()), running])
        ends = pc.cumulative_sum(self.mentions.cast(pa.int64()))
        begins = pc.subtract(ends, self.mentions.cast(pa.int64()))
        return pc.subtract(running.take(ends), running.take(begins))


def _numbers(periods: Sequence[StatusPeriods]) -> pa.Int64Array:
    return pa.array([number for each in periods for number in each.numbers], pa.int64())


def people_of(
    columns: RowColumns | None,
    read_alone: pa.BooleanArray,
    rows: Mapping[int, ManifestRow | str],
    included: pa.BooleanArray,
) -> Iterator[str]:
    """The people of the `included` rows of a block.

    `read_alone`: the rows that are not read by column; these are in `rows`, by index.
    """
    if columns:
        by_column = pc.and_(included, pc.invert(read_alone))
        people = columns.people.filter(by_column).flatten()
        yield from pc.struct_field(people, "person").unique().to_pylist()
    flags = included.take(pa.array(rows, pa.int64())).to_pylist()
    for row, is_included in zip(rows.values(), flags, strict=True):
        if is_included and isinstance(row, ManifestRow):
            yield from (person for person, _ in row.people)

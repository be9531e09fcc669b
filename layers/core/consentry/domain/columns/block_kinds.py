"""The kinds of a block's rows, found by column: each distinct value is looked at once, not each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from consentry.domain.columns.row_columns import JOINED, MOMENTS, RowColumns
from consentry.domain.columns.row_people import RowPeople
from consentry.domain.manifests.fields import DataNodes
from consentry.domain.requests import leaves_of
from consentry.domain.screening.screener import Screener, Seen
from consentry.domain.vocabulary import DataCategory, Service

_NODES = TypeAdapter(DataNodes)
_SERVICES = {str(service): place for place, service in enumerate(Service)}


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows of a block that are alike to the law, told by the first of them."""

    first: int
    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    people: Seen


@dataclass(frozen=True, slots=True)
class BlockKinds:
    """For each row which of `alike` it is, and how many people are in it; null if the row must be asked itself."""

    alike: Sequence[Alike]
    which: pa.Int32Array
    people: pa.Int64Array


def kinds_of(columns: RowColumns, screener: Screener) -> BlockKinds | None:
    """The kinds of a block's rows; None if they are of too many sorts to be told apart at once."""
    facts = _Facts.of(columns, screener)
    kept = facts.readable(columns)
    people = RowPeople.of(columns.people.filter(kept))
    unreadable = people.unreadable(screener.people.met)
    if unreadable.true_count:
        kept = pc.replace_with_mask(kept, kept, pc.invert(unreadable))
        people = RowPeople.of(columns.people.filter(kept))
    ways = people.seen(screener.people, facts.leaves, facts.data.filter(kept))
    if ways is None:
        return None
    way, seen = ways
    # INVARIANT: numbered anew before they are multiplied, or many sorts of rows would run over 64 bits into one.
    fact = facts.sort.filter(kept).dictionary_encode().indices.cast(pa.int64())
    sorts = pc.add(pc.multiply(fact, len(seen)), way).dictionary_encode()
    rows = pc.indices_nonzero(kept)
    alike = []
    for place, sort in enumerate(sorts.dictionary.to_pylist()):
        first = rows[pc.index(sorts.indices, place).as_py()].as_py()
        alike.append(Alike(first, *facts.at(first), seen[sort % len(seen)]))
    return BlockKinds(alike, _back(sorts.indices, kept), _back(people.counts, kept))


def _back(values: pa.Array, kept: pa.BooleanArray) -> pa.Array:
    """The kept rows' values in their rows' places; null in the others."""
    return pc.replace_with_mask(pa.nulls(len(kept), values.type), kept, values)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The rows' facts as numbers, null where they cannot be read; `sort` is one number for all of them."""

    leaves: Sequence[tuple[DataCategory, ...]]
    data: pa.Int64Array
    moments: pa.TimestampArray
    services: pa.StringArray
    sort: pa.Int64Array

    @classmethod
    def of(cls, columns: RowColumns, screener: Screener) -> "_Facts":
        leaves, data = _numbered(columns.data, _leaves)
        services, by = _numbered(columns.collected_by, _SERVICES.get)
        latest = pa.scalar(screener.latest, MOMENTS)
        at = columns.collected_at
        moments = pc.if_else(pc.less_equal(at, latest), at, pa.scalar(None, MOMENTS))
        sort = pc.add(pc.multiply(data, len(services)), by)
        # Periods are counted, not told by a bit each: a customer may have hundreds of lifting consents.
        begun = [pc.less_equal(pa.scalar(each, MOMENTS), moments) for each in screener.in_force]
        lifted = [pc.less(pa.scalar(each, MOMENTS), moments) for each in screener.lifting]
        for passed in (begun, lifted):
            sort = pc.multiply(sort, len(passed) + 1)
            for one in passed:
                sort = pc.add(sort, one.cast(pa.int64()))
        return cls(leaves, data, moments, columns.collected_by, sort)

    def readable(self, columns: RowColumns) -> pa.BooleanArray:
        """The rows that say all there is to say."""
        return pc.and_(pc.is_valid(self.sort), pc.is_valid(columns.people))

    def at(self, row: int) -> tuple[tuple[DataCategory, ...], datetime, Service]:
        """What one of them says."""
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
        return leaves_of(_NODES.validate_python(tuple(joined.split(JOINED))))
    except ValidationError:
        return None

"""The rows of a block as Arrow columns, one for each of our fields, for every format.

A null means that the row must be read by itself. So a column does not record why a value is
invalid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from consentry.kernel.vocabulary import vocabulary
from consentry.manifests.field_mapping import EACH, FieldMapping, MappedPeople, Steps
from consentry.manifests.row_fields import read_moment

SEPARATOR = "\x1f"
"""Between the data categories of a row in one text; no category contains it."""

TIMESTAMPS = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())
_UTC_FORMAT = (
    r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
"""The moments that Arrow reads as our schema does."""

type Raw = Mapping[str, pa.Array]
"""The mapped columns as the format has them, by our field names."""


@dataclass(frozen=True, slots=True)
class RowColumns:
    """`data`: category names, joined by SEPARATOR. `people`: lists of `{person, role}`.

    A role is its number in the vocabulary. Constants of the manifest are repeated in each row.
    """

    data: pa.StringArray
    collected_at: pa.TimestampArray
    collected_by: pa.StringArray
    people: pa.ListArray


def column_at(rows: pa.RecordBatch | pa.Table, path: Steps) -> pa.Array:
    """The column at a path: a column, then fields of structs, or of the structs in lists."""
    column = rows.column(path[0])
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return _field_of(column, path[1:])


def _field_of(column: pa.Array, steps: Steps) -> pa.Array:
    if not steps:
        return column
    step, *rest = steps
    if step != EACH:
        return _field_of(pc.struct_field(column, step), tuple(rest))
    lengths, values = pc.list_value_length(column), pc.list_flatten(column)
    inner = _field_of(values, tuple(rest))
    ends = list_offsets(lengths)
    unreadable = pc.is_null(column)
    if is_list(inner.type):
        # A list without values is no list of values: the row reader says what is wrong.
        nulls = list_offsets(pc.is_null(inner).cast(pa.int64())).take(ends)
        unreadable = pc.or_(unreadable, pc.greater(pc.subtract(nulls[1:], nulls[:-1]), 0))
        ends = list_offsets(pc.list_value_length(inner)).take(ends)
        inner = pc.list_flatten(inner)
    return pa.LargeListArray.from_arrays(ends, inner, mask=unreadable)


def list_offsets(lengths: pa.Array) -> pa.Int64Array:
    """The offsets of lists with these lengths; a null is an empty list."""
    sums = pc.cumulative_sum(pc.fill_null(lengths, 0).cast(pa.int64()))
    return pa.concat_arrays([pa.array([0], pa.int64()), sums])


def row_columns(fields: FieldMapping, raw: Raw, rows: int) -> RowColumns | None:
    """The columns of our fields; None if their types cannot be read by column."""

    def column(
        field_name: str, read: Callable[[pa.Array], pa.Array], constant: object, kind: pa.DataType
    ) -> pa.Array:
        if field_name in raw:
            return read(raw[field_name])
        return pa.repeat(pa.scalar(constant, kind), rows)

    moments = partial(_moments, zone=fields.collected_at.zone)
    nodes = fields.data.constant and SEPARATOR.join(fields.data.constant)
    try:
        return RowColumns(
            column("data", _data, nodes, pa.string()),
            column("collected_at", moments, fields.collected_at.constant, TIMESTAMPS),
            column("collected_by", _texts, fields.collected_by.constant, pa.string()),
            _people(raw["people"], fields.people) if fields.people else _no_people(rows),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _no_people(rows: int) -> pa.ListArray:
    people = pa.nulls(0, pa.struct([("person", pa.string()), ("role", pa.int8())]))
    return pa.ListArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows + 1), people)


def _texts(column: pa.Array) -> pa.StringArray:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    # Only texts: Arrow could cast a number to a text, but a number is not a service.
    if kind not in (pa.string(), pa.large_string(), pa.string_view()):
        raise pa.ArrowInvalid
    return column.cast(pa.string())


def _ids(column: pa.Array) -> pa.StringArray:
    """Texts, or integers as their decimal digits."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind):
        return column.cast(kind).cast(pa.string())
    return _texts(column)


def _data(column: pa.Array) -> pa.StringArray:
    """The categories of each row in one text; null where the list or one of its texts is null."""
    in_lists = is_list(column.type)
    texts = _texts(pc.list_flatten(column) if in_lists else column)
    if pc.any(pc.match_substring(texts, SEPARATOR)).as_py():
        raise pa.ArrowInvalid
    return pc.binary_join(column.cast(_TEXTS), SEPARATOR) if in_lists else texts


def is_list(kind: pa.DataType) -> bool:
    """Whether values of a type are lists."""
    return bool(
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def _moments(column: pa.Array, zone: str | None) -> pa.TimestampArray:
    """Moments in UTC; null without an offset or zone, or where Arrow might read differently."""
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return column.cast(TIMESTAMPS, safe=False)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _local_moments(column, zone)
    texts = _texts(column)
    matches = pc.match_substring_regex(texts, _UTC_FORMAT)
    no_text = pa.scalar(None, pa.string())
    moments = pc.if_else(matches, texts, no_text).cast(TIMESTAMPS)
    if zone is None or moments.null_count == 0:
        return moments
    return pc.coalesce(moments, _local_moments(pc.if_else(matches, no_text, texts), zone))


def _local_moments(column: pa.Array, zone: str | None) -> pa.TimestampArray:
    """Moments of times without an offset: each distinct value as the row reader reads it."""
    if zone is None:
        return pa.nulls(len(column), TIMESTAMPS)
    values = column.dictionary_encode()
    moments = [_moment(value, zone) for value in values.dictionary.to_pylist()]
    return pa.array(moments, TIMESTAMPS).take(values.indices)


def _moment(value: Any, zone: str) -> datetime | None:
    try:
        return read_moment(value, zone)
    except (ValueError, TypeError):
        return None


def _people(column: pa.Array, mapping: MappedPeople) -> pa.ListArray:
    """Lists of people with their roles, from ids, lists of ids, or lists of `{person, role}`."""
    if not is_list(column.type):
        ids, offsets = _ids(column), pa.array(range(len(column) + 1), pa.int32())
        column = pa.ListArray.from_arrays(offsets, ids, mask=pc.is_null(ids))
    people, offsets = pc.list_flatten(column), list_offsets(pc.list_value_length(column))
    known = list(vocabulary().roles)
    roles = pa.repeat(pa.scalar(mapping.role and known.index(mapping.role), pa.int8()), len(people))
    if pa.types.is_struct(people.type):
        if "role" in {field.name for field in people.type}:
            # A null is either a missing role or an explicit null: only the row reader knows which.
            names = _texts(pc.struct_field(people, "role"))
            roles = pc.index_in(names, pa.array(known)).cast(pa.int8())
        people = pc.struct_field(people, "person")
    named = pa.StructArray.from_arrays([_ids(people), roles], ["person", "role"])
    return pa.ListArray.from_arrays(offsets.cast(pa.int32()), named, mask=pc.is_null(column))

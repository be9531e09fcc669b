"""Columns without the Arrow types that Arrow's own functions do not support: views.

Polars and other writers name such types in the Arrow schema of a Parquet file. Values stay equal.
"""

import pyarrow as pa
import pyarrow.compute as pc

from consentry.manifests.row_columns import is_list, list_offsets


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type without views; the same type if it has none."""
    if kind == pa.string_view():
        return pa.large_string()
    if kind == pa.binary_view():
        return pa.large_binary()
    if pa.types.is_struct(kind):
        return pa.struct([each.with_type(plain_type(each.type)) for each in kind])
    if is_list(kind):
        values = kind.value_field.with_type(plain_type(kind.value_type))
        is_view = pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind)
        return pa.large_list(values) if is_view or values.type != kind.value_type else kind
    if pa.types.is_map(kind):
        keys, items = kind.key_field, kind.item_field
        return pa.map_(
            keys.with_type(plain_type(keys.type)), items.with_type(plain_type(items.type))
        )
    return kind


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The rows with the types of a schema, which are those of `plain_type`."""
    if batch.schema.types == schema.types:
        return batch
    columns = [_plain(*each) for each in zip(batch.columns, schema.types, strict=True)]
    return pa.record_batch(columns, schema=schema)


def _plain(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    if pa.types.is_struct(kind):
        parts = zip(column.flatten(), kind, strict=True)
        values = [_plain(part, each.type) for part, each in parts]
        return pa.StructArray.from_arrays(values, fields=list(kind), mask=pc.is_null(column))
    if is_list(kind):
        # Arrow's cast of list views loses values.
        values = _plain(pc.list_flatten(column), kind.value_type)
        offsets = list_offsets(pc.list_value_length(column))
        return pa.LargeListArray.from_arrays(offsets, values, type=kind, mask=pc.is_null(column))
    return column.cast(kind)

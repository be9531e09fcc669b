"""Columns of timestamps, which a file stores as numbers, possibly outside the years of Python."""

import pyarrow as pa
import pyarrow.compute as pc

from consentry.manifests.row_columns import TIMESTAMPS

_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_YEARS_1_TO_9999 = (-62_135_596_800, 253_402_300_799)


def to_timestamps(column: pa.Array) -> pa.Array:
    """Moments in the units that Python has, null outside its years; those without an offset stay without one."""
    if not pa.types.is_timestamp(column.type):
        return column
    if column.type.unit in _UNITS_PER_SECOND:  # Nanoseconds span the years 1677 to 2262.
        count, a_second = column.cast(pa.int64()), _UNITS_PER_SECOND[column.type.unit]
        first, last = (seconds * a_second for seconds in _YEARS_1_TO_9999)
        known = pc.and_(pc.greater_equal(count, first), pc.less_equal(count, last))
        column = pc.if_else(known, column, pa.scalar(None, column.type))
    return column.cast(TIMESTAMPS if column.type.tz else pa.timestamp("us"), safe=False)

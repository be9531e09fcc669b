"""Reads Parquet: batches as columns, and single rows as documents where a column cannot be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import Block
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.model import Blocked, BlockingRows, ManifestRow
from consentry.manifests.output_files import HashingFile, RowFile
from consentry.manifests.row_columns import (
    TIMESTAMPS,
    column_at,
    row_columns,
)
from consentry.manifests.row_fields import read_row

_UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)
_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_YEARS_1_TO_9999 = (-62_135_596_800, 253_402_300_799)


@dataclass
class ParquetManifest:
    """The rows of a Parquet file.

    `paths`: the column, or the field of a column, of each of our fields. `fields` maps the document
    of a single row, which has our field names.
    """

    parquet: parquet.ParquetFile
    fields: FieldMapping
    paths: Mapping[str, str]
    limits: ScreeningLimits
    rows_read: int = 0

    @classmethod
    def of(cls, content: IO[bytes], fields: FieldMapping, limits: ScreeningLimits) -> Self:
        """The manifest; InvalidRequestError if it is not Parquet, or lacks a mapped column or has it twice."""
        content.seek(0)
        try:
            file = parquet.ParquetFile(content, pre_buffer=False, page_checksum_verification=True)
        except _UNREADABLE:
            raise _unreadable() from None
        if not all(_is_one_field(file.schema_arrow, path) for path in fields.paths.values()):
            raise InvalidRequestError("manifest", "must have each mapped column exactly once")
        return cls(file, fields.with_own_names(), fields.paths, limits)

    @property
    def blocking_rows(self) -> Mapping[Blocked, BlockingRows]:
        """None: rows of Parquet do not depend on other rows."""
        return {}

    @property
    def progress(self) -> tuple[int, int]:
        """Rows read, and all rows."""
        return self.rows_read, self.parquet.metadata.num_rows

    def file(self, file: HashingFile) -> RowFile:
        """A file with the manifest's schema, and its first column's compression."""
        metadata = self.parquet.metadata
        columns = metadata.num_row_groups and metadata.num_columns
        codec = metadata.row_group(0).column(0).compression if columns else "SNAPPY"
        writer = parquet.ParquetWriter(
            file,
            self.parquet.schema_arrow,
            compression="NONE" if codec == "UNCOMPRESSED" else codec,
        )
        return RowFile(file, parquet=writer)

    def blocks(self) -> Iterator[Block]:
        """The rows in order; InvalidRequestError where the file is damaged or ends early."""
        batches = self.parquet.iter_batches(batch_size=self._batch_rows(), use_threads=False)
        while True:
            try:
                batch = next(batches, None)
            except _UNREADABLE:
                raise _unreadable() from None
            if batch is None:
                return
            yield self._block(batch)
            self.rows_read += len(batch)

    def _batch_rows(self) -> int:
        metadata = self.parquet.metadata
        decoded = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        row_bytes: int = max(decoded // max(metadata.num_rows, 1), 1)
        return max(min(self.limits.batch // row_bytes, self.limits.batch_rows), 1)

    def _block(self, batch: pa.RecordBatch) -> Block:
        raw = {ours: _to_timestamps(column_at(batch, path)) for ours, path in self.paths.items()}
        try:
            for column in raw.values():
                column.validate(full=True)  # A text of Parquet may not be UTF-8.
            columns = row_columns(self.fields, raw, len(batch))
        except pa.ArrowInvalid:
            columns = None

        def row(index: int) -> ManifestRow:
            try:
                document = {ours: raw[ours][index].as_py() for ours in raw}
            except UnicodeDecodeError:
                raise InvalidRequestError("line", "is not UTF-8") from None
            except (ValueError, OverflowError):
                raise InvalidRequestError("line", "holds a value that cannot be read") from None
            return read_row(self.fields, document)

        return Block(batch, columns, row)


def _unreadable() -> InvalidRequestError:
    return InvalidRequestError("manifest", "cannot be read as Parquet")


def _is_one_field(schema: pa.Schema, path: str) -> bool:
    """Whether a path is that of exactly one column, or one field of a column's structs."""
    first, *steps = path.split(".")
    if len(schema.get_all_field_indices(first)) != 1:
        return False
    kind = schema.field(first).type
    for step in steps:
        if not pa.types.is_struct(kind) or len(kind.get_all_field_indices(step)) != 1:
            return False
        kind = kind.field(step).type
    return True


def _to_timestamps(column: pa.Array) -> pa.Array:
    """Timestamps in microseconds, null outside the years of Python.

    Parquet stores timestamps as numbers, possibly outside these years. A column without a time zone
    gets none.
    """
    if not pa.types.is_timestamp(column.type):
        return column
    if column.type.unit in _UNITS_PER_SECOND:  # Nanoseconds span the years 1677 to 2262.
        count, a_second = column.cast(pa.int64()), _UNITS_PER_SECOND[column.type.unit]
        first, last = (seconds * a_second for seconds in _YEARS_1_TO_9999)
        known = pc.and_(pc.greater_equal(count, first), pc.less_equal(count, last))
        column = pc.if_else(known, column, pa.scalar(None, column.type))
    return column.cast(TIMESTAMPS if column.type.tz else pa.timestamp("us"), safe=False)

"""Reads Parquet: batches as columns, and single rows as documents where a column cannot be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import Block
from consentry.manifests.field_mapping import EACH, FieldMapping, Steps
from consentry.manifests.formats.plain_columns import plain_batch, plain_type
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.memory import MemoryBudget, limited_allocations
from consentry.manifests.model import Blocked, BlockingRows, CombineBy, ManifestRow
from consentry.manifests.output_files import HashingFile, RowFile
from consentry.manifests.row_columns import TIMESTAMPS, column_at, is_list, row_columns
from consentry.manifests.row_fields import read_row
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool

_UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)
_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_YEARS_1_TO_9999 = (-62_135_596_800, 253_402_300_799)
_A_DAY = 86_400
_READ_AHEAD = 256 * 1024
"""Bytes of a column that are read from disk at once: a column can be as long as the file."""


class ParquetRow(NamedTuple):
    """A row that is not read yet. `columns`: the mapped columns of its batch, by our names."""

    columns: Mapping[str, pa.Array]
    number: int


@dataclass(frozen=True)
class ParquetRowReader:
    """Reads single rows. `fields` maps the document of a row, which has our field names."""

    fields: FieldMapping

    def document(self, row: ParquetRow, /) -> Mapping[str, Any]:
        """The mapped values of a row; InvalidRequestError names the field that cannot be read."""
        return {name: _value(name, column, row.number) for name, column in row.columns.items()}


@dataclass
class ParquetManifest:
    """The rows of a Parquet file. `fields` maps its columns, or the fields of its columns."""

    parquet: parquet.ParquetFile
    fields: FieldMapping
    limits: ScreeningLimits
    linked: LinkedRowReader[ParquetRow] | None = None
    rows_read: int = 0
    reader: ParquetRowReader = field(init=False)
    schema: pa.Schema = field(init=False)
    """That of the rows, as they are evaluated and written."""

    def __post_init__(self) -> None:
        self.reader = ParquetRowReader(self.fields.with_own_names())
        self.schema = _plain_schema(self.parquet.schema_arrow)

    @classmethod
    def of(
        cls, spool: Spool, request: ScreeningRequest, limits: ScreeningLimits, memory: MemoryBudget
    ) -> Self:
        """The manifest of a request.

        InvalidRequestError if it is not Parquet, or lacks a mapped column or has it twice.
        """
        spool.content.seek(0)
        fields = request.fields
        try:
            with limited_allocations(limits.decoding):
                # A time of INT96 in nanoseconds would wrap around outside the years 1677 to 2262.
                file = parquet.ParquetFile(
                    spool.content,
                    pre_buffer=False,
                    buffer_size=_READ_AHEAD,
                    coerce_int96_timestamp_unit="us",
                    page_checksum_verification=True,
                )
                schema = file.schema_arrow
        except _UNREADABLE:
            raise _unreadable() from None
        for field_name, path in fields.paths.items():
            if problem := _problem_with(schema, path):
                raise fields.name_column(InvalidRequestError(field_name, problem))
        manifest = cls(file, fields, limits)
        if fields.are_linked:
            manifest.linked = LinkedRowReader(
                manifest.reader,
                by_segments=request.combine is CombineBy.SEGMENTS,
                labels=request.labels,
                memory=memory,
            )
            for batch in manifest._batches():
                columns = manifest._columns_of(batch)
                for index in range(len(batch)):
                    manifest.linked.scan(ParquetRow(columns, index))
        return manifest

    @property
    def blocking_rows(self) -> Mapping[Blocked, BlockingRows]:
        """The unreadable rows that block others; none if rows do not depend on other rows."""
        return self.linked.unreadable.summary if self.linked else {}

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
            file, self.schema, compression="NONE" if codec == "UNCOMPRESSED" else codec
        )
        if self.linked is None:
            return RowFile(file, parquet=writer)
        return RowFile(file, self.linked.has_recordings, self.linked.has_durations, parquet=writer)

    def blocks(self) -> Iterator[Block]:
        """The rows in order; InvalidRequestError where the file is damaged or ends early."""
        for batch in self._batches():
            yield self._block(batch)
            self.rows_read += len(batch)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, decoded: few at once, and joined while they are small."""
        joined: list[pa.RecordBatch] = []
        for batch in self._decoded():
            joined.append(batch)
            rows, size = sum(map(len, joined)), sum(each.nbytes for each in joined)
            if rows >= self.limits.block_rows or size >= self.limits.batch:
                yield pa.concat_batches(joined)
                joined = []
        if joined:
            yield pa.concat_batches(joined)

    def _decoded(self) -> Iterator[pa.RecordBatch]:
        for group in range(self.parquet.metadata.num_row_groups):
            batches = self.parquet.iter_batches(
                batch_size=self._rows_at_once(group), row_groups=[group], use_threads=False
            )
            while True:
                try:
                    with limited_allocations(self.limits.decoding):
                        batch = next(batches, None)
                        plain = batch and plain_batch(batch, self.schema)
                except _UNREADABLE:
                    raise _unreadable() from None
                if plain is None:
                    break
                if len(plain):
                    yield plain

    def _rows_at_once(self, group: int) -> int:
        """Fewer rows if the file declares that they are long. Its word never makes it more."""
        metadata = self.parquet.metadata.row_group(group)
        row_bytes: int = max(metadata.total_byte_size // max(metadata.num_rows, 1), 1)
        return max(min(self.limits.batch // row_bytes, self.limits.decoded_rows), 1)

    def _columns_of(self, batch: pa.RecordBatch) -> Mapping[str, pa.Array]:
        return {
            name: _to_moments(column_at(batch, path)) for name, path in self.fields.paths.items()
        }

    def _block(self, batch: pa.RecordBatch) -> Block:
        raw = self._columns_of(batch)
        columns = None
        if self.linked is None:
            try:
                for column in raw.values():
                    column.validate(full=True)  # A text of Parquet may not be UTF-8.
                columns = row_columns(self.reader.fields, raw, len(batch))
            except pa.ArrowInvalid:
                columns = None

        def row(index: int) -> ManifestRow:
            unread = ParquetRow(raw, index)
            try:
                if self.linked:
                    return self.linked.row(unread)
                return read_row(self.reader.fields, self.reader.document(unread))
            except InvalidRequestError as problem:
                raise self.fields.name_column(problem) from None

        if self.linked is None or not self.linked.has_recordings:
            return Block(batch, columns, row)
        linked = self.linked
        return Block(
            batch,
            columns,
            row,
            speech_duration=lambda index: linked.speech_duration(ParquetRow(raw, index)),
        )


def _unreadable() -> InvalidRequestError:
    return InvalidRequestError("manifest", "cannot be read as Parquet")


def _value(field_name: str, column: pa.Array, index: int) -> Any:
    try:
        return column[index].as_py()
    except UnicodeDecodeError:
        raise InvalidRequestError(field_name, "is not UTF-8") from None
    except (ValueError, OverflowError):
        raise InvalidRequestError(field_name, "cannot be read") from None


def _problem_with(schema: pa.Schema, path: Steps) -> str | None:
    """What is wrong with a path that is not exactly one column, or field of a column."""
    kind = pa.struct(list(schema))
    for step in path:
        if step == EACH:
            if not is_list(kind):
                return "steps into a list that is none"
            kind = kind.value_type
            continue
        if not pa.types.is_struct(kind):
            return "is not in the file"
        times = len(kind.get_all_field_indices(step))
        if times != 1:
            return "is several times in the file" if times else "is not in the file"
        kind = kind.field(step).type
    return None


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema of the rows as they are written; InvalidRequestError names an unsupported column."""
    plain = pa.schema(
        [each.with_type(plain_type(each.type)) for each in schema], metadata=schema.metadata
    )
    for before, after in zip(schema, plain, strict=True):
        try:
            # What fails later would fail for no rows, too.
            one = pa.schema([after])
            rows = pa.record_batch([pa.nulls(0, before.type)], schema=pa.schema([before]))
            rows = pa.concat_batches([plain_batch(rows, one)] * 2).filter(pa.array([], pa.bool_()))
            with TemporaryFile() as file, parquet.ParquetWriter(file, one) as writer:
                writer.write_batch(rows)
        except pa.ArrowException:
            problem = f"has a column of the type {before.type.id}, which is not supported"
            raise InvalidRequestError("manifest", problem) from None
    return plain


def _to_moments(column: pa.Array) -> pa.Array:
    """Times in microseconds, and dates, null outside the years of Python; other columns unchanged.

    Parquet stores times as numbers, possibly outside these years. A column without a time zone
    gets none.
    """
    kind = column.type
    if pa.types.is_date32(kind):
        first, last = (seconds // _A_DAY for seconds in _YEARS_1_TO_9999)
        return _within(column, column.cast(pa.int32()), first, last)
    if not pa.types.is_timestamp(kind):
        return column
    if kind.unit in _UNITS_PER_SECOND:  # Nanoseconds span the years 1677 to 2262.
        a_second = _UNITS_PER_SECOND[kind.unit]
        first, last = (seconds * a_second for seconds in _YEARS_1_TO_9999)
        column = _within(column, column.cast(pa.int64()), first, last)
    return column.cast(TIMESTAMPS if kind.tz else pa.timestamp("us"), safe=False)


def _within(column: pa.Array, count: pa.Array, first: int, last: int) -> pa.Array:
    known = pc.and_(pc.greater_equal(count, first), pc.less_equal(count, last))
    return pc.if_else(known, column, pa.scalar(None, column.type))

"""Reads Parquet: batches as columns, and single rows as documents where the columns are not clear."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import Block
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.jsonl import read_row
from consentry.manifests.formats.parquet_timestamps import to_timestamps
from consentry.manifests.model import ManifestRow
from consentry.manifests.output_files import HashingFile, ParquetWriter, RowFile
from consentry.manifests.row_columns import Raw, mapped_paths, row_columns

BATCH_ROWS = 128 * 1024
BATCH_BYTES = 64 * 1024 * 1024
"""Unpacked, as the file itself declares the size of its rows."""

_UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)


@dataclass
class ParquetManifest:
    """The rows of a Parquet file; `paths` has the column, or the field of a column, of each of our fields."""

    parquet: parquet.ParquetFile
    fields: FieldMapping
    paths: Mapping[str, str]
    rows_read: int = 0
    has_recordings = has_durations = False

    @classmethod
    def of(cls, content: IO[bytes], fields: FieldMapping) -> Self:
        """The manifest; InvalidRequestError for what is no Parquet file, or has not each mapped column once."""
        paths = mapped_paths(fields)
        content.seek(0)
        try:
            file = parquet.ParquetFile(content, pre_buffer=False, page_checksum_verification=True)
        except _UNREADABLE:
            raise _unreadable() from None
        schema = file.schema_arrow
        if not all(_leads(schema, path) for path in paths.values()):
            raise InvalidRequestError("manifest", "has not each column that `fields` names, once")
        # The document of a single row has the names of our fields.
        ours = {name: getattr(fields, name).model_copy(update={"field": name}) for name in paths}
        return cls(file, fields.model_copy(update=ours), paths)

    @property
    def progress(self) -> tuple[int, int]:
        """Rows read, and rows there are."""
        return self.rows_read, self.parquet.metadata.num_rows

    def speech_duration(self, row: pa.Scalar) -> None:
        """No row is of a recording."""

    def file(self, file: HashingFile) -> RowFile:
        """A file with the manifest's own schema, and its first column's compression."""
        about = self.parquet.metadata
        columns = about.num_row_groups and about.num_columns
        said = about.row_group(0).column(0).compression if columns else "SNAPPY"
        writer = parquet.ParquetWriter(
            file, self.parquet.schema_arrow, compression="NONE" if said == "UNCOMPRESSED" else said
        )
        return RowFile(file, ParquetWriter(writer))

    def blocks(self) -> Iterator[Block]:
        """The rows from the beginning; InvalidRequestError where the file breaks off or is damaged."""
        batches = self.parquet.iter_batches(batch_size=self._rows_at_once(), use_threads=False)
        while True:
            try:
                batch = next(batches, None)
            except _UNREADABLE:
                raise _unreadable() from None
            if batch is None:
                return
            yield self._block(batch)
            self.rows_read += len(batch)

    def _rows_at_once(self) -> int:
        about = self.parquet.metadata
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        a_row: int = max(unpacked // max(about.num_rows, 1), 1)
        return max(min(BATCH_BYTES // a_row, BATCH_ROWS), 1)

    def _block(self, batch: pa.RecordBatch) -> Block:
        raw = {ours: to_timestamps(_at(batch, path)) for ours, path in self.paths.items()}
        columns = row_columns(self.fields, raw, len(batch)) if _are_texts(raw) else None

        def row(place: int) -> ManifestRow:
            try:
                document = {ours: raw[ours][place].as_py() for ours in raw}
            except UnicodeDecodeError:
                raise InvalidRequestError("line", "is not UTF-8") from None
            except (ValueError, OverflowError):
                raise InvalidRequestError("line", "holds what cannot be read") from None
            return read_row(self.fields, document)

        return Block(batch, columns, row)


def _are_texts(raw: Raw) -> bool:
    """Whether the columns hold what their types say: what Parquet calls a text need not be UTF-8."""
    try:
        for column in raw.values():
            column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _unreadable() -> InvalidRequestError:
    return InvalidRequestError("manifest", "cannot be read as Parquet")


def _leads(schema: pa.Schema, path: str) -> bool:
    """Whether a path leads to one column, or to one field of a column's structs."""
    first, *steps = path.split(".")
    if len(schema.get_all_field_indices(first)) != 1:
        return False
    kind = schema.field(first).type
    for step in steps:
        if not pa.types.is_struct(kind) or len(kind.get_all_field_indices(step)) != 1:
            return False
        kind = kind.field(step).type
    return True


def _at(batch: pa.RecordBatch, path: str) -> pa.Array:
    first, *steps = path.split(".")
    column = batch.column(first)
    for step in steps:
        column = pc.struct_field(column, step)
    return column

"""Output files on disk: rows unchanged, with digest and counts."""

import hashlib
from dataclasses import dataclass, field
from typing import IO, Protocol

import pyarrow as pa
from pyarrow import parquet

from consentry.manifests.lines import line_bytes
from consentry.manifests.model import NANOSECONDS, SpeechDuration
from consentry.manifests.summary import OutputFile


@dataclass
class HashingFile:
    """A file that is written once from beginning to end, and hashed while it is written."""

    content: IO[bytes]
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    closed: bool = False
    """Arrow reads this on every file."""

    def write(self, content: bytes | memoryview) -> int:
        """Add to the file."""
        self.sha256.update(content)
        return self.content.write(content)

    def flush(self) -> None:
        """Do nothing: the file is read again through the same handle."""


class RowWriter(Protocol):
    """Writes rows of one manifest's format."""

    def write(self, rows: pa.Array | pa.RecordBatch) -> None:
        """Add rows unchanged."""
        ...

    def close(self) -> None:
        """Write the footer after the last row; calling it again does nothing."""
        ...


@dataclass(frozen=True)
class LineWriter:
    """Writes lines byte for byte."""

    file: HashingFile

    def write(self, rows: pa.Array) -> None:
        """Add lines, with their endings."""
        self.file.write(line_bytes(rows))

    def close(self) -> None:
        """Do nothing: lines have no footer."""


@dataclass(frozen=True)
class BatchWriter:
    """Writes Parquet batches; each batch is a row group."""

    writer: parquet.ParquetWriter

    def write(self, rows: pa.RecordBatch) -> None:
        """Add a batch."""
        self.writer.write_batch(rows)

    def close(self) -> None:
        """Write the footer."""
        self.writer.close()


@dataclass
class RowFile:
    """A file of rows. With recordings and durations if the manifest has them."""

    file: HashingFile
    writer: RowWriter
    has_recordings: bool = False
    has_durations: bool = False
    rows: int = 0
    nanoseconds: int = 0
    recordings: set[bytes] = field(default_factory=set)

    def add(self, rows: pa.Array | pa.RecordBatch) -> None:
        """Add rows unchanged."""
        if len(rows):
            self.writer.write(rows)
            self.rows += len(rows)

    def add_speech(self, speech_duration: SpeechDuration) -> None:
        """Count the recording and the speech of one of its rows."""
        self.nanoseconds += speech_duration.nanoseconds
        self.recordings.add(speech_duration.recording)

    def output(self, key: str) -> OutputFile:
        """Digest and counts of the closed file."""
        return OutputFile(
            key=key,
            sha256=self.file.sha256.hexdigest(),
            bytes=self.file.content.tell(),
            rows=self.rows,
            recordings=len(self.recordings) if self.has_recordings else None,
            seconds=self.nanoseconds / NANOSECONDS if self.has_durations else None,
        )

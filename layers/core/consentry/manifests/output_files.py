"""Output files on disk: rows unchanged, with digest and counts."""

import hashlib
from dataclasses import dataclass, field
from typing import IO

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.block import line_bytes
from consentry.manifests.model import NANOSECONDS, OutputFile, SpeechDuration


@dataclass
class DiskBudget:
    """The bytes that files may still have on the function's disk."""

    left: int
    problem: str

    def take(self, size: int) -> None:
        """Use bytes of the budget; InvalidRequestError if there are not enough."""
        self.left -= size
        if self.left < 0:
            raise InvalidRequestError("manifest", self.problem)


@dataclass
class HashingFile:
    """A file that is written once from beginning to end, and hashed while it is written."""

    content: IO[bytes]
    budget: DiskBudget
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    closed: bool = False
    """Arrow reads this on every file."""

    def write(self, content: bytes | memoryview) -> int:
        """Add to the file; InvalidRequestError if there is no room."""
        self.budget.take(memoryview(content).nbytes)
        self.sha256.update(content)
        return self.content.write(content)

    def flush(self) -> None:
        """Do nothing: the file is read again through the same handle."""


@dataclass
class RowFile:
    """A file of unchanged rows. It counts recordings and speech if the manifest has them.

    `parquet` writes each batch as a row group; without it, rows are lines.
    """

    file: HashingFile
    has_recordings: bool = False
    has_durations: bool = False
    parquet: ParquetWriter | None = None
    rows: int = 0
    nanoseconds: int = 0
    recordings: set[bytes] = field(default_factory=set)

    def add(self, rows: pa.Array | pa.RecordBatch) -> None:
        """Add rows."""
        if not len(rows):
            return
        if self.parquet:
            self.parquet.write_batch(rows)
        else:
            self.file.write(line_bytes(rows))
        self.rows += len(rows)

    def close(self) -> None:
        """Write the footer of Parquet after the last row; calling it again does nothing."""
        if self.parquet:
            self.parquet.close()

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

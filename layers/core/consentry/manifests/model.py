"""The rows of a manifest: data, time and service of collection, and people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from consentry.kernel.vocabulary import DataCategory, Role, Service

MAX_LINE_BYTES = 1024 * 1024
"""A longer line is undetermined; it is not parsed, but written to its output like any other."""

NANOSECONDS = 1_000_000_000
"""In a second."""


class ManifestFormat(StrEnum):
    """JSON lines, CSV with a header, Parquet, or NIST RT-09 RTTM (who spoke when)."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    RTTM = "rttm"


class CombineBy(StrEnum):
    """The rows that are evaluated together: those of a recording, or of a segment."""

    RECORDING = "recording"
    SEGMENTS = "segments"


class RowOutcome(StrEnum):
    """The outcome of a row; each outcome has its own output file."""

    ADMITTED = "admitted"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


type People = frozenset[tuple[str, Role]]


class ManifestRow(NamedTuple):
    """A row as its manifest declares it; `sources`: the ids of the items it is derived from."""

    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    people: People
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechDuration:
    """The recording of a line, and its seconds of speech if the format has durations."""

    recording: bytes
    seconds: float | None

    @property
    def nanoseconds(self) -> int:
        """The seconds as an integer, so that sums are exact."""
        return round((self.seconds or 0) * NANOSECONDS)


class RowReader(Protocol):
    """Reads the lines of a manifest, each cut to MAX_LINE_BYTES + 1 bytes."""

    @property
    def has_recordings(self) -> bool:
        """Whether rows are parts of recordings."""
        ...

    @property
    def has_durations(self) -> bool:
        """Whether rows have a duration."""
        ...

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line; InvalidRequestError names the field that is missing or invalid."""
        ...

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The recording that a line is part of; None if there is none. Never raises."""
        ...


class TwoPassRowReader(RowReader, Protocol):
    """Scans all lines before it can read a row: rows depend on other rows."""

    def scan(self, line: bytes) -> None:
        """Register what other rows need of a line.

        InvalidRequestError if the manifest exceeds a limit.
        """
        ...

"""The rows of a manifest, who reads them, and the files that they are in."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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


class RowReader(ABC):
    """Reads the lines of a manifest, each cut to MAX_LINE_BYTES + 1 bytes."""

    @abstractmethod
    def row(self, line: bytes) -> ManifestRow:
        """The row of a line; InvalidRequestError names the field that is missing or invalid."""


class TwoPassRowReader(RowReader):
    """Scans all lines before it can read a row: rows depend on other rows."""

    @property
    @abstractmethod
    def has_recordings(self) -> bool:
        """Whether rows are parts of recordings."""

    @property
    @abstractmethod
    def has_durations(self) -> bool:
        """Whether rows have a duration."""

    @abstractmethod
    def scan(self, line: bytes) -> None:
        """Register what other rows need; InvalidRequestError if the manifest exceeds a limit."""

    @abstractmethod
    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The recording that a line is part of; None if there is none. Never raises."""


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """The manifest that was read. `people_count`: the number of distinct people.

    `combine`: which rows of a recording were evaluated as one.
    """

    format: ManifestFormat
    sha256: str
    bytes: int
    rows: int
    people_count: int
    combine: CombineBy = CombineBy.RECORDING


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a screening wrote; `recordings` and `seconds` of speech if the format has them.

    Combined by segments, a recording can be in several files, and counts in each.
    """

    key: str
    sha256: str
    bytes: int
    rows: int
    recordings: int | None = None
    seconds: float | None = None

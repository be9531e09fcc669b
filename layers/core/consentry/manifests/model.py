"""The rows of a manifest, and the files that they are in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from consentry.kernel.vocabulary import DataCategory, Role, Service

MAX_LINE_BYTES = 1024 * 1024
"""A longer line is undetermined; it is not parsed, but written to its output like any other."""

NANOSECONDS = 1_000_000_000
"""Nanoseconds in a second."""


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


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """The manifest that was read; `combine`: which rows of a recording were evaluated as one."""

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

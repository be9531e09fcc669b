"""The rows of a manifest, and the files that they are in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from consentry.kernel.vocabulary import DataCategory, Role, Service

MAX_LINE_BYTES = 1024 * 1024
"""A longer line is undetermined; it is not parsed, but written to its output like any other."""

NANOSECONDS = 1_000_000_000
"""Nanoseconds in a second."""


def is_blank(line: bytes) -> bool:
    """Whether a line, cut to MAX_LINE_BYTES + 1 bytes, is blank. Of a longer one that is not known."""
    return len(line) <= MAX_LINE_BYTES and not line.strip()


class ManifestFormat(StrEnum):
    """JSON lines, CSV or TSV with a header, Parquet, or NIST RT-09 RTTM (who spoke when)."""

    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"
    RTTM = "rttm"

    @property
    def is_table(self) -> bool:
        """Whether rows are cells below a header."""
        return self in (ManifestFormat.CSV, ManifestFormat.TSV)


class CombineBy(StrEnum):
    """The rows that are evaluated together: those of a recording, or of a segment."""

    RECORDING = "recording"
    SEGMENTS = "segments"


class RowOutcome(StrEnum):
    """The outcome of a row; each outcome has its own output file."""

    ADMITTED = "admitted"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


class Blocked(StrEnum):
    """The rows that an unreadable row makes undetermined: those of its recording, those derived from
    its item, or every row of the manifest if it is not certain which recording or item it is.
    """

    RECORDING = "recording"
    ITEM = "item"
    MANIFEST = "manifest"


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
class BlockingRows:
    """The unreadable rows that block others: their count, and the numbers of the first, from 1."""

    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """The manifest that was read; `combine`: which rows of a recording were evaluated as one.

    `people_without_events`: of the named people, those who have no consent event; None in older
    decisions. `blocking_rows`: the unreadable rows that make other rows undetermined, by what they block.
    """

    format: ManifestFormat
    sha256: str
    bytes: int
    rows: int
    people_count: int
    combine: CombineBy = CombineBy.RECORDING
    blocking_rows: Mapping[Blocked, BlockingRows] = field(default_factory=dict)
    people_without_events: int | None = None


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

"""What a row of a manifest describes: its data, when and by which service it was collected, and the people in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from consentry.kernel.vocabulary import DataCategory, Role, Service

MAX_LINE_BYTES = 1024 * 1024
"""A longer line is not looked into: it is undetermined, and passed through like any other."""


NANOSECONDS = 1_000_000_000
"""In a second."""


class ManifestFormat(StrEnum):
    """How a manifest is written: JSON lines, CSV with a header, Parquet, or NIST RT-09 RTTM (who spoke when)."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    RTTM = "rttm"


class CombineBy(StrEnum):
    """What is evaluated as one: a recording with all its people, or a segment with the people who speak in it."""

    RECORDING = "recording"
    SEGMENTS = "segments"


class RowOutcome(StrEnum):
    """Where a screening puts a row."""

    ADMITTED = "admitted"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


type People = frozenset[tuple[str, Role]]


class ManifestRow(NamedTuple):
    """An item as its manifest declares it."""

    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    people: People
    sources: tuple["SourceItem", ...] = ()


class SourceItem(NamedTuple):
    """An item that a row is derived from: its id, and how the row that bears it is found.

    `found` takes the id; it raises InvalidRequestError where there is no such row, or none that can be read.
    """

    item: str
    found: Callable[[str], ManifestRow]


@dataclass(frozen=True, slots=True)
class SpeechDuration:
    """A line of a recording: which, and the seconds of speech in the line, where lines say how long they last."""

    recording: bytes
    seconds: float | None

    @property
    def nanoseconds(self) -> int:
        """The seconds as an integer, so that every sum of them adds up with every other."""
        return round((self.seconds or 0) * NANOSECONDS)


class RowReader(Protocol):
    """A manifest that `reads_twice` is read whole both times: `note` on each line first, then `row` on each.

    Of a line longer than MAX_LINE_BYTES only the beginning is handed over, one byte more than that.
    """

    @property
    def needs_two_passes(self) -> bool:
        """Whether it must scan all rows before it can read one."""
        ...

    @property
    def has_recordings(self) -> bool:
        """Whether its rows are parts of recordings."""
        ...

    @property
    def has_durations(self) -> bool:
        """Whether they say how long they last."""
        ...

    def scan(self, line: bytes) -> Iterable[str]:
        """The people that a line names; none if it cannot be read.

        InvalidRequestError only for a manifest that exceeds a limit.
        """
        ...

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line; InvalidRequestError names the field that is missing or invalid."""
        ...

    def speech_duration(self, line: bytes) -> SpeechDuration | None:
        """The recording that a line is a part of, where there are recordings. Never raises."""
        ...

"""The limits of a screening. Tests pass smaller ones."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ScreeningLimits:
    """Sizes in bytes, unless the name says otherwise."""

    max_manifest: int = 2048 * _MIB
    """The manifest without its packing; also all its outputs, and the reasons. The three are on the
    function's disk at the same time."""

    block: int = 4 * _MIB
    """The lines that are read at once."""

    block_rows: int = 128 * 1024
    """The rows that are evaluated at once."""

    max_row: int = 64 * _MIB
    """A longer row is not held in memory: the file does not have the requested format."""

    batch: int = 16 * _MIB
    """The rows of Parquet that are evaluated at once, decoded."""

    decoded_rows: int = 4096
    """The rows of Parquet that are decoded at once."""

    decoding: int = 192 * _MIB
    """The memory that decoding them may use."""

    memory: int = 640 * _MIB
    """The memory for what a screening remembers of all rows: people, recordings and items."""

    people_per_part: int = 10_000
    """People in one part of a checkpoint. A screening of fewer people stores no checkpoint."""

    max_part: int = 64 * _MIB
    """A part of a checkpoint is much shorter; a longer object is not read."""

    long_manifest: int = 64 * _MIB
    """From this size on, the progress of a screening is stored."""

    progress_steps: int = 20

    max_log_row: int = 380 * 1024
    """A DynamoDB item has at most 400 KB."""


DEFAULT_LIMITS = ScreeningLimits()

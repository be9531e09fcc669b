"""The limits of a screening. Tests pass smaller ones."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ScreeningLimits:
    """Sizes in bytes, unless the name says otherwise."""

    max_manifest: int = 2048 * _MIB
    """The manifest, its outputs and the reasons are on the function's disk at the same time."""

    block: int = 16 * _MIB
    """The lines that are read at once."""

    max_row: int = 64 * _MIB
    """A longer row is not held in memory: the file does not have the requested format."""

    batch: int = 64 * _MIB
    """The rows of a Parquet batch, decoded, by the sizes that the file declares."""

    batch_rows: int = 128 * 1024

    max_items: int = 1024 * _MIB
    """The part of the function's memory that items (linked_rows.py) may use."""

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

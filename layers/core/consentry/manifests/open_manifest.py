"""The rows of a manifest of any format: read block by block, and written again unchanged."""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa

from consentry.manifests.block import Block
from consentry.manifests.formats.parquet import ParquetManifest
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.lines_manifest import LinesManifest
from consentry.manifests.model import ManifestFormat, SpeechDuration
from consentry.manifests.output_files import HashingFile, RowFile
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool


class ManifestRows(Protocol):
    """The rows of one manifest on disk."""

    @property
    def has_recordings(self) -> bool:
        """Whether rows are parts of recordings."""
        ...

    @property
    def has_durations(self) -> bool:
        """Whether rows have a duration."""
        ...

    @property
    def progress(self) -> tuple[int, int]:
        """The amount read, and the total: bytes of lines, or rows of Parquet."""
        ...

    def blocks(self) -> Iterator[Block]:
        """All rows in order; InvalidRequestError where the file is damaged."""
        ...

    def speech_duration(self, row: pa.Scalar) -> SpeechDuration | None:
        """The recording and the duration of a row; None if it is not part of a recording."""
        ...

    def file(self, file: HashingFile) -> RowFile:
        """An output file for rows of this manifest, with the manifest's header."""
        ...


def open_manifest(
    spool: Spool, request: ScreeningRequest, limits: ScreeningLimits = DEFAULT_LIMITS
) -> ManifestRows:
    """The rows of a request's manifest.

    InvalidRequestError if the file does not have its format.
    """
    if request.manifest.format is ManifestFormat.PARQUET:
        return ParquetManifest.of(spool.content, request.fields, limits)
    return LinesManifest.of(spool.content, request, limits)

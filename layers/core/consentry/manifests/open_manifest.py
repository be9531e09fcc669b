"""A manifest's rows, whatever its format: block by block, and written again as they came."""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa

from consentry.manifests.block import Block
from consentry.manifests.formats.parquet import ParquetManifest
from consentry.manifests.lines_manifest import LinesManifest
from consentry.manifests.model import ManifestFormat, SpeechDuration
from consentry.manifests.output_files import HashingFile, RowFile
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool


class ManifestRows(Protocol):
    """The rows of one manifest on disk."""

    @property
    def has_recordings(self) -> bool:
        """Whether its rows are parts of recordings."""
        ...

    @property
    def has_durations(self) -> bool:
        """Whether they say how long they last."""
        ...

    @property
    def progress(self) -> tuple[int, int]:
        """How much was read, and how much there is: bytes of lines, or rows of a table."""
        ...

    def blocks(self) -> Iterator[Block]:
        """All rows in their order; InvalidRequestError where the file cannot be read on."""
        ...

    def speech_duration(self, row: pa.Scalar) -> SpeechDuration | None:
        """The part of a recording that a row describes, in a manifest with recordings."""
        ...

    def file(self, file: HashingFile) -> RowFile:
        """A file for rows of this manifest, with the manifest's header."""
        ...


def open_manifest(spool: Spool, request: ScreeningRequest) -> ManifestRows:
    """The rows of a request's manifest; InvalidRequestError for a file that is not of the format that it names."""
    if request.manifest.format is ManifestFormat.PARQUET:
        return ParquetManifest.of(spool.content, request.fields)
    return LinesManifest.of(spool.content, request)

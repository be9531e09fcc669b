"""A manifest's rows, whatever its format: block by block, and written again as they came."""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa

from consentry.domain.columns.verdicts import Block
from consentry.domain.manifests.manifest import ManifestFormat, Speech
from consentry.domain.manifests.screening_request import ScreeningRequest
from consentry.flows.screening.manifest_lines import LinesManifest
from consentry.flows.screening.manifest_parquet import ParquetManifest
from consentry.flows.screening.manifest_spool import Spool
from consentry.flows.screening.row_files import Hashed, RowFile


class ManifestRows(Protocol):
    """The rows of one manifest on disk."""

    @property
    def knows_recordings(self) -> bool:
        """Whether its rows are parts of recordings."""
        ...

    @property
    def knows_seconds(self) -> bool:
        """Whether they say how long they last."""
        ...

    @property
    def done(self) -> tuple[int, int]:
        """How much was read, and how much there is: bytes of lines, or rows of a table."""
        ...

    def blocks(self) -> Iterator[Block]:
        """All rows in their order; MalformedError where the file cannot be read on."""
        ...

    def speech(self, row: pa.Scalar) -> Speech | None:
        """What a row says of a recording, in a manifest that has them."""
        ...

    def file(self, file: Hashed) -> RowFile:
        """A file for rows of this manifest, with what stands above them."""
        ...


def rows_of(spool: Spool, request: ScreeningRequest) -> ManifestRows:
    """The rows of a request's manifest; MalformedError for a file that is not of the format that it names."""
    if request.manifest.format is ManifestFormat.PARQUET:
        return ParquetManifest.of(spool.content, request.fields)
    return LinesManifest.of(spool.content, request)

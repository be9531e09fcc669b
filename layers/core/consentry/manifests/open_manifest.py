"""The rows of a manifest of any format: read block by block, and written again unchanged."""

from consentry.manifests.formats.parquet import ParquetManifest
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.lines_manifest import LinesManifest
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import ManifestFormat
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool

type Manifest = LinesManifest | ParquetManifest


def open_manifest(
    spool: Spool,
    request: ScreeningRequest,
    limits: ScreeningLimits = DEFAULT_LIMITS,
    memory: MemoryBudget | None = None,
) -> Manifest:
    """A request's manifest; InvalidRequestError if the file does not have its format.

    `memory`: what it may use for all its rows.
    """
    kind = ParquetManifest if request.manifest.format is ManifestFormat.PARQUET else LinesManifest
    return kind.of(spool, request, limits, memory or MemoryBudget(limits.memory))

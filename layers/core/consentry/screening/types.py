"""What was screened and what came of it: the use, the manifest that was read, the files that were written."""

from dataclasses import dataclass
from enum import StrEnum

from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.manifests.model import CombineBy, ManifestFormat


class MediaType(StrEnum):
    """What an object holds, as it is kept and fetched (RFC 9110, section 8.3)."""

    BYTES = "application/octet-stream"
    JSON = "application/json"
    HTML = "text/html; charset=utf-8"
    JWT = "application/jwt"


@dataclass(frozen=True, slots=True)
class ScreenedUse:
    """The use that all rows were screened for."""

    operation: Operation
    service: Service
    model_owner: ModelOwner


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """The manifest that was read: digest and size; `people` counts the people named, each once.

    `combine`: what of a recording was judged as one.
    """

    format: ManifestFormat
    sha256: str
    bytes: int
    rows: int
    people: int
    combine: CombineBy = CombineBy.RECORDING


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file that a screening wrote. `recordings` and `seconds` of speech where the format has them.

    By segments a recording may lie in several files, and counts in each.
    """

    key: str
    sha256: str
    bytes: int
    rows: int
    recordings: int | None = None
    seconds: float | None = None

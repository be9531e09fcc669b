"""Size and digest of the manifest that was read, and of the files that were written."""

from dataclasses import dataclass

from consentry.manifests.model import CombineBy, ManifestFormat


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """The manifest that was read. `people_count`: the number of distinct people.

    `combine`: which rows of a recording were evaluated as one.
    """

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

"""Rows of recordings, as JSON lines."""

from typing import Any

from consentry.domain.manifests.fields import Fields
from consentry.domain.manifests.jsonl import JsonlReader
from consentry.domain.manifests.linked_rows import LinkedReader
from consentry.domain.manifests.manifest import ManifestReader
from tests.fakes.screenings import TIMED, row

ANN = row("ann", meeting="m1", onset=1, duration=2)


def bob(onset: object, duration: object = 1, meeting: object = "m1") -> bytes:
    """Another row, of Ann's recording."""
    return row("bob", meeting=meeting, onset=onset, duration=duration)


def reader(*lines: bytes, by_segments: bool = False, **changed: Any) -> ManifestReader:
    """The reader to which the lines are known; a mapping that is changed to None is left out."""
    fields = {ours: mapped for ours, mapped in (TIMED | changed).items() if mapped}
    read = LinkedReader.over(JsonlReader(Fields.read(fields)), by_segments=by_segments)
    for line in lines:
        list(read.note(line))
    return read

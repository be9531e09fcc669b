"""JSON lines of rows of recordings."""

from typing import Any

from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.linked_rows import LinkedRowReader
from tests.testkit.builders.screenings import TIMED_FIELDS, row

ANN = row("ann", meeting="m1", onset=1, duration=2)


def bob(onset: object, duration: object = 1, meeting: object = "m1") -> bytes:
    """A row of ann's recording."""
    return row("bob", meeting=meeting, onset=onset, duration=duration)


def reader(*lines: bytes, by_segments: bool = False, **changed: Any) -> LinkedRowReader[bytes]:
    """A row reader that has linked these lines. A field set to None is not mapped."""
    fields = {ours: mapped for ours, mapped in (TIMED_FIELDS | changed).items() if mapped}
    read = LinkedRowReader(JsonlRowReader(FieldMapping.read(fields)), by_segments=by_segments)
    for line in lines:
        read.scan(line)
    return read

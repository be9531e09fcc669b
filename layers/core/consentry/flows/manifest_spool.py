"""A manifest kept on disk while it is screened, so that both readings see the very same bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from consentry.domain.errors import MalformedError
from consentry.domain.jsonl import JsonlReader
from consentry.domain.manifest import MAX_LINE_BYTES, Combining, ManifestReader
from consentry.domain.requests import leaves_of
from consentry.domain.rttm import RttmReader
from consentry.domain.screened import ManifestSeen
from consentry.domain.screening_request import Fields, ManifestFormat, ScreeningRequest
from consentry.domain.segments import SegmentsReader

MAX_MANIFEST_BYTES = 200 * 1024 * 1024
"""The manifest and its outputs lie on the function's disk (512 MB) at once."""


@dataclass(frozen=True)
class Spool:
    """A manifest on disk, read once: who is named in it is known."""

    content: IO[bytes]
    reader: ManifestReader
    people: frozenset[str]
    seen: ManifestSeen


@contextmanager
def spooled(request: ScreeningRequest, chunks: Iterable[bytes]) -> Iterator[Spool]:
    """The manifest of a request; MalformedError if it is too long to be screened in one piece."""
    reader = reader_of(request)
    with TemporaryFile() as content:
        sha256 = hashlib.sha256()
        for chunk in chunks:
            sha256.update(chunk)
            content.write(chunk)
            if content.tell() > MAX_MANIFEST_BYTES:
                raise MalformedError("manifest", f"is longer than {MAX_MANIFEST_BYTES} bytes")
        length, rows, people = content.tell(), 0, set[str]()
        for line in lines(content):
            rows += 1
            people.update(reader.note(head(line)))
        place, combine = request.manifest, request.combine
        seen = ManifestSeen(place.format, sha256.hexdigest(), length, rows, len(people), combine)
        yield Spool(content, reader, frozenset(people), seen)


def reader_of(request: ScreeningRequest) -> ManifestReader:
    """The reader that a request asks for."""
    if request.manifest.format is ManifestFormat.JSONL:
        return JsonlReader(request.fields)
    whole = _rttm_reader(request.fields)
    return SegmentsReader(whole) if request.combine is Combining.SEGMENTS else whole


def _rttm_reader(fields: Fields) -> RttmReader:
    """RTTM's fields are constants, which the request's contract holds."""
    data, at, by = (
        fields.data.constant,
        fields.collected_at.constant,
        fields.collected_by.constant,
    )
    if data is None or at is None or by is None:
        raise MalformedError("fields", "are constants for RTTM")
    return RttmReader(leaves_of(data), at, by)


def lines(content: IO[bytes]) -> Iterator[bytes]:
    """The lines from the beginning, each with its line ending; the last one may have none."""
    content.seek(0)
    return iter(content)


def head(line: bytes) -> bytes:
    """As much of a line as a reader looks at."""
    return line[: MAX_LINE_BYTES + 1]

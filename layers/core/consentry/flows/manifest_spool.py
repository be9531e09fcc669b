"""A manifest kept on disk while it is screened, so that both readings see the very same bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from consentry.domain.csv_rows import CsvReader, records
from consentry.domain.errors import MalformedError
from consentry.domain.fields import Fields
from consentry.domain.jsonl import JsonlReader
from consentry.domain.linked_rows import LinkedReader
from consentry.domain.manifest import MAX_LINE_BYTES, Combining, ManifestReader
from consentry.domain.recordings import Recordings
from consentry.domain.requests import leaves_of
from consentry.domain.rttm import RttmReader
from consentry.domain.screened import ManifestSeen
from consentry.domain.screening_request import ManifestFormat, ScreeningRequest

MAX_MANIFEST_BYTES = 200 * 1024 * 1024
"""The manifest and its outputs lie on the function's disk (512 MB) at once."""


@dataclass(frozen=True)
class Spool:
    """A manifest on disk, read once: who is named in it is known."""

    content: IO[bytes]
    reader: ManifestReader
    people: frozenset[str]
    seen: ManifestSeen
    header: bytes
    """What stands at the top of the manifest and of each output, and is no row."""

    def rows(self) -> Iterator[bytes]:
        """The rows from the beginning, each with its line ending; the last one may have none."""
        return _rows(self.content, self.seen.format)[1]


@contextmanager
def spooled(request: ScreeningRequest, chunks: Iterable[bytes]) -> Iterator[Spool]:
    """The manifest of a request; MalformedError if it is too long to be screened in one piece."""
    with TemporaryFile() as content:
        sha256 = hashlib.sha256()
        for chunk in chunks:
            sha256.update(chunk)
            content.write(chunk)
            if content.tell() > MAX_MANIFEST_BYTES:
                raise MalformedError("manifest", f"is longer than {MAX_MANIFEST_BYTES} bytes")
        yield _noted(request, content, sha256.hexdigest())


def _noted(request: ScreeningRequest, content: IO[bytes], sha256: str) -> Spool:
    """The first reading: rows are counted, and everybody named in them becomes known."""
    length, count, people = content.tell(), 0, set[str]()
    place, combine = request.manifest, request.combine
    header, rows = _rows(content, place.format)
    reader = reader_of(request, header)
    for row in rows:
        count += 1
        people.update(reader.note(head(row)))
    seen = ManifestSeen(place.format, sha256, length, count, len(people), combine)
    return Spool(content, reader, frozenset(people), seen, header)


def reader_of(request: ScreeningRequest, header: bytes) -> ManifestReader:
    """The reader that a request asks for; MalformedError for a header without the columns that it names."""
    by_segments = request.combine is Combining.SEGMENTS
    if request.manifest.format is ManifestFormat.RTTM:
        return _rttm_reader(request.fields, Recordings(by_segments))
    csv = request.manifest.format is ManifestFormat.CSV
    alone = CsvReader.of(request.fields, header) if csv else JsonlReader(request.fields)
    if request.fields.are_linked:
        return LinkedReader.over(alone, by_segments=by_segments)
    return alone


def _rttm_reader(fields: Fields, recordings: Recordings) -> RttmReader:
    """RTTM's fields are constants, which the request's contract holds."""
    data, at, by = (
        fields.data.constant,
        fields.collected_at.constant,
        fields.collected_by.constant,
    )
    if data is None or at is None or by is None:
        raise MalformedError("fields", "are constants for RTTM")
    return RttmReader(leaves_of(data), at, by, recordings)


def _rows(content: IO[bytes], manifest_format: ManifestFormat) -> tuple[bytes, Iterator[bytes]]:
    """The header, if the format has one, and the rows."""
    content.seek(0)
    if manifest_format is not ManifestFormat.CSV:
        return b"", iter(content)
    rows = records(content)
    return next(rows, b""), rows


def head(line: bytes) -> bytes:
    """As much of a line as a reader looks at."""
    return line[: MAX_LINE_BYTES + 1]

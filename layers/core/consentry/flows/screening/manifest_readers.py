"""Which reader a manifest of lines is read by, row by row."""

from consentry.domain.errors import MalformedError
from consentry.domain.manifests.csv_rows import CsvReader
from consentry.domain.manifests.fields import Fields
from consentry.domain.manifests.jsonl import JsonlReader
from consentry.domain.manifests.linked_rows import LinkedReader
from consentry.domain.manifests.manifest import MAX_LINE_BYTES, Combining, ManifestReader
from consentry.domain.manifests.recordings import Recordings
from consentry.domain.manifests.rttm import RttmReader
from consentry.domain.manifests.screening_request import ManifestFormat, ScreeningRequest
from consentry.domain.requests import leaves_of


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


def head(line: bytes) -> bytes:
    """As much of a line as a reader looks at."""
    return line[: MAX_LINE_BYTES + 1]

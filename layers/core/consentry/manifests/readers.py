"""Which reader a manifest of lines is read by, row by row."""

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.csv import CsvRowReader
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.model import MAX_LINE_BYTES, CombineBy, RowReader
from consentry.manifests.recordings import Recordings
from consentry.manifests.screening_request import ManifestFormat, ScreeningRequest


def open_reader(request: ScreeningRequest, header: bytes) -> RowReader:
    """The reader for a request; InvalidRequestError if the header lacks a mapped column."""
    by_segments = request.combine is CombineBy.SEGMENTS
    if request.manifest.format is ManifestFormat.RTTM:
        return _rttm_reader(request.fields, Recordings(by_segments))
    csv = request.manifest.format is ManifestFormat.CSV
    line_reader = CsvRowReader.of(request.fields, header) if csv else JsonlRowReader(request.fields)
    if request.fields.are_linked:
        return LinkedRowReader.over(line_reader, by_segments=by_segments)
    return line_reader


def _rttm_reader(fields: FieldMapping, recordings: Recordings) -> RttmRowReader:
    """RTTM's fields are constants, which the request's contract holds."""
    data, at, by = (
        fields.data.constant,
        fields.collected_at.constant,
        fields.collected_by.constant,
    )
    if data is None or at is None or by is None:
        raise InvalidRequestError("fields", "are constants for RTTM")
    return RttmRowReader(leaves_of(data), at, by, recordings)


def truncate(line: bytes) -> bytes:
    """As much of a line as a reader looks at."""
    return line[: MAX_LINE_BYTES + 1]

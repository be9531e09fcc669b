"""The CSV row reader: rows below a header, by the mapping of the request.

Invalid fields by our names.
"""

from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.csv import CsvRowReader, records
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.model import MAX_LINE_BYTES, SpeechDuration
from tests.testkit.builders.screenings import (
    COLLECTED_AT,
    CONSTANTS,
    FIELDS,
    TIMED_FIELDS,
    csv_screening,
)
from tests.testkit.meeting_words import DataCategory, Role

HEADER = b"file,people,data,at\r\n"
GOOD = f"a.wav,ann;bob,customer_content.audio,{COLLECTED_AT}\r\n".encode()


def reader(header: bytes = HEADER, fields: dict[str, Any] = FIELDS) -> CsvRowReader:
    return CsvRowReader.of(FieldMapping.read(fields), header)


def test_a_csv_row_gives_data_collection_time_service_and_people() -> None:
    row = reader().row(GOOD)

    assert row.data == (DataCategory.AUDIO,)
    assert row.collected_at.isoformat() == "2026-02-01T09:00:00+00:00"
    assert row.people == {("ann", Role.SPEAKER), ("bob", Role.SPEAKER)}


def test_quoted_cells_hold_commas_quotes_and_line_ends() -> None:
    row = b'"a, ""b""\r\n\n.wav","ann","customer_content.audio;customer_content.video",'
    read = reader().row(row + COLLECTED_AT.encode())

    assert read.people == {("ann", Role.SPEAKER)}
    assert read.data == (DataCategory.AUDIO, DataCategory.VIDEO)


def test_an_empty_people_cell_means_no_people() -> None:
    assert reader().row(GOOD.replace(b"ann;bob", b"")).people == frozenset()


def test_a_column_is_found_by_its_full_name_despite_dots_or_bom() -> None:
    fields = CONSTANTS | {"people": {"field": "meeting.who", "role": "host"}}

    for header in (b"meeting.who,x\n", b'\xef\xbb\xbf"meeting.who",x,\n', b"x,meeting.who\n"):
        read = reader(header, fields)
        row = b"bob,ann\n" if header.startswith(b"x") else b"ann" + b"," * (read.width - 1)
        assert read.row(row).people == {("ann", Role.HOST)}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (b"\r\n", "line"),
        (b"a.wav,ann\n", "line"),
        (GOOD.replace(b"\r", b",\r"), "line"),
        (GOOD.replace(b"ann;bob", b'ann"bob"'), "line"),
        (GOOD.replace(b"ann;bob", b'"ann"bob'), "line"),
        (GOOD.replace(b"ann;bob", b'"ann'), "line"),
        (GOOD.replace(b"ann;bob", b' "ann"'), "line"),
        (GOOD.replace(b"a.wav", b"a\rb"), "line"),
        (GOOD.replace(b"a.wav", b"\xff"), "line"),
        (GOOD.replace(b"a.wav", b"x" * 200_000), "line"),
        (GOOD.replace(b"a.wav", b"x" * MAX_LINE_BYTES), "line"),
        (GOOD.replace(b"ann;", b"ann;;"), "people.person"),
        (GOOD.replace(b"ann;", b"ann; "), "people.person"),
        (GOOD.replace(b"ann;", b"ann\xc2\xa0;"), "people.person"),
        (GOOD.replace(b"ann", b"j\xc2\x85rg"), "people.person"),
        (GOOD.replace(b"audio", b"smell"), "data"),
        (GOOD.replace(b"customer_content.audio", b""), "data"),
        (GOOD.replace(COLLECTED_AT.encode(), b"2026-02-01"), "collected_at"),
    ],
)
def test_an_invalid_csv_row_names_our_field_without_its_value(row: bytes, field: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        reader().row(row)

    assert raised.value.field == field
    assert "ann" not in str(raised.value)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        GOOD,
        b"file,data,at\n",
        b"people,people,data,at\n",
        b"People,data,at\n",
        b"people;data;at\n",
        b'people,data,at,"x\n',
        b"people,data,at,\xff\n",
    ],
)
def test_a_header_needs_each_mapped_column_exactly_once(header: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="header"):
        reader(header)


def test_a_csv_request_must_map_at_least_one_column() -> None:
    with pytest.raises(InvalidRequestError, match="fields: must name at least one column"):
        csv_screening(fields=CONSTANTS)


def test_an_unbalanced_quote_never_splits_a_cell_into_rows() -> None:
    lines = [b'x,"a\n', b"ann\n", b'b"\n', b'c"c\n', b"d\n", b'e"\n', b"f\n", b'"g\n', b"h"]

    found = list(records(lines))

    assert found == [b'x,"a\nann\nb"\n', b'c"c\nd\ne"\n', b"f\n", b'"g\nh']


def test_csv_rows_are_linked_by_recording_columns() -> None:
    columns = {
        "people": {"field": "who", "role": "speaker"},
        "recording": {"field": "meeting.id"},
        "onset": {"field": "from"},
        "duration": {"field": "for"},
    }
    header = b"meeting.id,who,from,for,at,data\n"
    alone = CsvRowReader.of(FieldMapping.read(TIMED_FIELDS | columns), header)
    read = LinkedRowReader(alone, by_segments=True)
    rest = b",2026-02-01T09:00:00Z,customer_content.audio\n"
    lines = [
        b"m1,ann,0,2.5" + rest,
        b"m1,bob;cid,2.4,1" + rest,
        b"m1,,7,1" + rest,
    ]

    for line in lines:
        read.scan(line)

    people = [{person for person, _ in read.row(line).people} for line in lines]
    assert people == [{"ann", "bob", "cid"}] * 3
    assert read.speech_duration(lines[0]) == SpeechDuration(b"m1", 2.5)

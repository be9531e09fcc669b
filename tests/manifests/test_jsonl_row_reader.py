"""The JSON lines row reader: rows by the mapping of the request; invalid fields by our names."""

import json
from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.model import MAX_LINE_BYTES
from tests.testkit.builders.screenings import CONSTANTS, FIELDS, row
from tests.testkit.meeting_words import LEAVES_UNDER, DataCategory, Role, Service

NESTED = FIELDS | {
    "people": {"field": "meeting.who", "role": "guest"},
    "collected_by": {"field": "meeting.app"},
}


def read(line: bytes, fields: dict[str, Any] = FIELDS) -> Any:
    return JsonlRowReader(FieldMapping.read(fields)).row(line)


def line(**document: Any) -> bytes:
    return json.dumps(document).encode()


def test_a_json_row_gives_data_collection_time_service_and_people() -> None:
    result = read(row("ann", "bob"))

    assert result.data == (DataCategory.AUDIO,)
    assert result.collected_at.isoformat() == "2026-02-01T09:00:00+00:00"
    assert result.people == {("ann", Role.SPEAKER), ("bob", Role.SPEAKER)}


def test_a_dotted_field_reads_nested_objects_and_their_roles() -> None:
    meeting = {"who": [{"person": "ann", "role": "host"}, "bob"], "app": "transcription"}

    result = read(line(meeting=meeting, data=["customer_content"], at="2026-01-01T00:00Z"), NESTED)

    assert result.people == {("ann", Role.HOST), ("bob", Role.GUEST)}
    assert result.collected_by == Service.TRANSCRIPTION
    assert result.data == LEAVES_UNDER["customer_content"]


def test_a_single_id_is_one_person_and_constants_apply_to_every_row() -> None:
    result = read(b'{"who": "ann"}\r\n', CONSTANTS | {"people": {"field": "who", "role": "host"}})

    assert result.people == {("ann", Role.HOST)}
    assert read(b"{}", CONSTANTS).people == frozenset()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b"\n", "line"),
        (b" \t\r\n", "line"),
        (b"{", "body"),
        (b"[]", "body"),
        (row().replace(b"{", b'{"people": ["ann"], ', 1), "people.person"),
        (b'{"at": NaN}', "body"),
        (b"\xff{}", "body"),
        (b"\xef\xbb\xbf{}", "body"),
        (line(data="customer_content.audio", at="2026-01-01T00:00Z"), "people"),
        (row().replace(b"[]", b"null"), "people.person"),
        (row().replace(b"[]", b"7.0"), "people.person"),
        (row().replace(b"[]", b"true"), "people.person"),
        (row("a\nb"), "people.person"),
        (row("j\u00f6rg" * 52), "people.person"),
        (row().replace(b"[]", b'[["ann"]]'), "people.person"),
        (row().replace(b"[]", b'[{"role": "host"}]'), "people.person"),
        (row().replace(b"[]", b'[{"person": "ann", "role": "king"}]'), "people.role"),
        (row(data="customer_content.smell"), "data"),
        (row(data={"a": 1}), "data"),
        (row(data=[]), "data"),
        (row(at="2026-02-01"), "collected_at"),
        (row(at=1767258000), "collected_at"),
        (row(at="2026-02-01T09:00:00"), "collected_at"),
        (row(more="x" * MAX_LINE_BYTES), "line"),
    ],
)  # fmt: skip
def test_an_invalid_json_row_names_our_field_without_its_value(text: bytes, field: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        read(text)

    assert raised.value.field == field
    assert "ann" not in str(raised.value)


def test_unmapped_fields_may_be_ambiguous() -> None:
    ambiguous = row("ann").replace(b"{", b'{"x": 1, "x": 2, "id": 12345678901234567890, ', 1)

    assert read(ambiguous) == read(row("ann"))


def test_a_person_without_a_role_makes_the_row_invalid() -> None:
    fields = FIELDS | {"people": {"field": "people"}}

    with pytest.raises(InvalidRequestError) as raised:
        read(row("ann"), fields)

    assert raised.value.field == "people.role"

"""Requests have strict shapes, ids and times; errors never repeat what a caller sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from consentry.decisions.inputs import Facts
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import MAX_PEOPLE, DataUseRequest
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import Operation
from tests.testkit.builders.dependencies import use_request
from tests.testkit.meeting_words import DataCategory

CANARY = "Zanzibar"


def document(**changed: Any) -> dict[str, Any]:
    return use_request().model_dump(mode="json") | changed


def people(count: int) -> list[dict[str, str]]:
    return [{"person": f"p{number}", "role": "guest"} for number in range(count)]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("body", {CANARY: 1}),
        ("body", {"consent": "granted", "people_consented": True}),
        ("use", {"use": {"operation": "infer", "service": "general", CANARY: True}}),
        ("use.operation", {"use": {"operation": CANARY, "service": "general"}}),
        ("use.service", {"use": {"operation": "infer"}}),
        ("model_owner", {"model_owner": CANARY}),
        ("data", {"data": []}),
        ("data", {"data": [str(leaf) for leaf in DataCategory] * 3}),
        ("data", {"data": CANARY}),
        ("data.0", {"data": [CANARY]}),
        ("data.0", {"data": ["customer_content."]}),
        ("data.0", {"data": [["customer_content.audio"]]}),
        ("people", {"people": people(MAX_PEOPLE + 1)}),
        ("people", {"people": [*people(1), {"person": "p0", "role": "host"}]}),
        ("people.0.role", {"people": [{"person": CANARY, "role": CANARY}]}),
        ("people.0.person", {"people": [{"person": f"{CANARY}\u0085", "role": "host"}]}),
        ("collected.at", {"collected": {"at": 1700000000, "by_service": "general"}}),
        ("collected.at", {"collected": {"at": "1700000000", "by_service": "general"}}),
        ("collected.at", {"collected": {"at": "2026-01-01", "by_service": "general"}}),
        ("collected.at", {"collected": {"at": "2026-01-01T00:00:00", "by_service": "general"}}),
        ("collected.at", {"collected": {"at": f"{CANARY}T", "by_service": "general"}}),
        ("customer", {"customer": None}),
        ("request_id", {"request_id": 7}),
        ("declared_by", {"declared_by": True}),
    ],
)
def test_an_invalid_request_names_its_field_and_repeats_no_value(
    field: str, changed: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        DataUseRequest.read(document(**changed))

    assert raised.value.field == field
    assert CANARY not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.promise(4)
@pytest.mark.parametrize("missing", [name for name in document() if name != "people"])
def test_every_field_except_people_is_required(missing: str) -> None:
    incomplete = document()
    del incomplete[missing]

    with pytest.raises(InvalidRequestError) as raised:
        DataUseRequest.read(incomplete)

    assert raised.value.field == missing


@pytest.mark.parametrize("valid", ["a", "A9", "ann@example.com", "a.b_c-d+e", "9" * 128])
def test_an_id_is_stored_unchanged(valid: str) -> None:
    assert DataUseRequest.read(document(request_id=valid)).request_id == valid


@pytest.mark.parametrize(
    "invalid",
    [
        "",
        " a",
        "a ",
        "a\n",
        "a#b",
        "a~b",
        "a/b",
        "a b",
        "é",
        "ａ",
        "-a",
        ".a",
        "a" * 129,
        "a\0",
        "*",
    ],
    ids=repr,
)
@pytest.mark.parametrize("field", ["request_id", "customer", "declared_by"])
def test_an_id_is_ascii_without_key_delimiters(field: str, invalid: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        DataUseRequest.read(document(**{field: invalid}))

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T02:30:00+02:30", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-12-31T23:00:00.5-01:00", datetime(2026, 1, 1, microsecond=500000, tzinfo=UTC)),
    ],
)
def test_a_timestamp_needs_an_offset_and_is_stored_in_utc(written: str, utc: datetime) -> None:
    collected = {"at": written, "by_service": "general"}

    read = DataUseRequest.read(document(collected=collected)).collected.at

    assert (read, read.utcoffset()) == (utc, utc.utcoffset())


@pytest.mark.parametrize("body", [None, [], "x", 1, [document()]])
def test_a_body_that_is_not_an_object_is_rejected(body: Any) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        DataUseRequest.read(body)

    assert raised.value.field == "body"


def test_a_parsed_document_is_immutable() -> None:
    request: StrictModel = use_request()

    with pytest.raises(ValueError, match="frozen"):
        request.customer = "globex"  # type: ignore[attr-defined]


def test_a_request_expands_categories_to_unique_leaves_in_tree_order() -> None:
    categories = ["service_generated.usage", "customer_content", "customer_content.audio"]

    facts = Facts.from_request(DataUseRequest.read(document(data=categories)))

    expected = [leaf for leaf in DataCategory if leaf.startswith("customer_content.")]
    assert list(facts.data) == [DataCategory.USAGE, *expected]
    assert facts.operation is Operation.FINE_TUNE

"""Screening requests: their fields, and that the manifest is the customer's own."""

from typing import Any

import pytest

from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError
from tests.testkit.builders.dependencies import ACME
from tests.testkit.builders.screenings import (
    CONSTANTS,
    FIELDS,
    TIMED_FIELDS,
    rttm_screening,
    screening,
)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"data": {}}, "fields.data"),
        ({"data": {"field": "d", "constant": "public_web"}}, "fields.data"),
        ({"data": {"constant": "smell"}}, "fields.data.constant.0"),
        ({"collected_at": {"constant": 5}}, "fields.collected_at.constant"),
        ({"people": {"field": "a..b"}}, "fields.people.field"),
        ({"people": {"field": "a", "consent": "yes"}}, "fields.people"),
        ({"consented": {"field": "ok"}}, "fields"),
        ({"recording": {"constant": "m1"}}, "fields.recording"),
        ({"onset": {"field": "from"}, "duration": {"field": "for"}}, "fields"),
        ({"derived_from": {"field": "from"}}, "fields"),
    ],
)
def test_an_invalid_field_mapping_is_rejected_by_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        screening(fields=FIELDS | fields)

    assert raised.value.field == named


@pytest.mark.parametrize("missing", ["people", "recording", "onset", "duration"])
def test_combining_by_segments_requires_mapped_people_and_times(missing: str) -> None:
    fields = {ours: mapped for ours, mapped in TIMED_FIELDS.items() if ours != missing}
    if missing == "recording":
        fields = FIELDS

    with pytest.raises(InvalidRequestError, match="combine: by segments needs"):
        screening(fields=fields, combine="segments")

    assert screening(fields=TIMED_FIELDS, combine="segments").model_dump()["combine"] == "segments"


def test_a_request_without_linked_rows_omits_the_link_fields() -> None:
    assert screening().model_dump()["fields"].keys() == FIELDS.keys()


@pytest.mark.parametrize(
    "more",
    [
        FIELDS,
        CONSTANTS | {"people": {"field": "who"}},
        CONSTANTS | {"recording": {"field": "meeting"}},
        CONSTANTS | {"item": {"field": "id"}},
    ],
)
def test_an_rttm_request_accepts_only_constants(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="fields: must be constants"):
        rttm_screening(fields=more)


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("globex/manifests/m.jsonl", ForbiddenCustomerError),
        ("manifests/m.jsonl", ForbiddenCustomerError),
        ("../acme/manifests/m.jsonl", ForbiddenCustomerError),
        ("acme2/manifests/m.jsonl", ForbiddenCustomerError),
        ("acme/requests/m.json", InvalidRequestError),
        ("acme/manifests/", InvalidRequestError),
        ("acme", InvalidRequestError),
    ],
)
def test_a_manifest_outside_the_customers_prefix_is_rejected(
    key: str, error: type[Exception]
) -> None:
    request = screening(manifest={"key": key, "format": "jsonl"})

    with pytest.raises(error):
        request.require_own_manifest()


def test_a_manifest_key_may_contain_spaces_plus_signs_and_folders() -> None:
    key = "acme/manifests/2026/a b+c%20d.jsonl"

    screening(manifest={"key": key, "format": "jsonl"}).require_own_manifest()


@pytest.mark.parametrize(
    "audience", ["auth0|5f7c", "arn:aws:iam::1:role/x", "-Zq", "a" * 256, '"\\"', "globex", "ACME"]
)
def test_an_audience_is_stored_unchanged(audience: str) -> None:
    assert screening(audience=audience).audience == audience


@pytest.mark.parametrize(
    "audience", ["", "a b", "a\n", "\x7f", "p\u00eapa", "a" * 257, 7, ACME, None],
    ids=["empty", "space", "line", "control", "letters", "long", "number", "everybody", "null"],
)  # fmt: skip
def test_an_invalid_subject_or_the_customer_is_no_audience(audience: Any) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        screening(audience=audience)

    assert raised.value.field == "audience"

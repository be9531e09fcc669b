"""A screening request is of its contract, and its manifest is its customer's own."""

from typing import Any

import pytest

from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError
from tests.fakes.screenings import CONSTANTS, FIELDS, TIMED, rttm_screening, screening
from tests.fakes.worlds import ACME


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
def test_a_mapping_out_of_contract_is_refused_by_its_field(
    fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        screening(fields=FIELDS | fields)

    assert raised.value.field == named


@pytest.mark.parametrize("missing", ["people", "recording", "onset", "duration"])
def test_rows_are_combined_by_segments_only_where_they_say_who_is_heard_when(missing: str) -> None:
    fields = {ours: mapped for ours, mapped in TIMED.items() if ours != missing}
    if missing == "recording":
        fields = FIELDS

    with pytest.raises(InvalidRequestError, match="combine: by segments needs"):
        screening(fields=fields, combine="segments")

    assert screening(fields=TIMED, combine="segments").model_dump()["combine"] == "segments"


def test_a_request_that_links_no_rows_keeps_its_digest() -> None:
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
def test_rttm_has_no_fields_to_map(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="fields: are constants"):
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
def test_a_manifest_that_is_not_below_the_customers_own_is_refused(
    key: str, error: type[Exception]
) -> None:
    request = screening(manifest={"key": key, "format": "jsonl"})

    with pytest.raises(error):
        request.require_own_manifest()


def test_a_manifests_key_may_hold_spaces_plus_signs_and_folders() -> None:
    key = "acme/manifests/2026/a b+c%20d.jsonl"

    screening(manifest={"key": key, "format": "jsonl"}).require_own_manifest()


@pytest.mark.parametrize(
    "audience", ["auth0|5f7c", "arn:aws:iam::1:role/x", "-Zq", "a" * 256, '"\\"', "globex", "ACME"]
)
def test_an_audience_is_a_subject_as_it_is_written(audience: str) -> None:
    assert screening(audience=audience).audience == audience


@pytest.mark.parametrize(
    "audience", ["", "a b", "a\n", "\x7f", "p\u00eapa", "a" * 257, 7, ACME],
    ids=["empty", "space", "line", "control", "letters", "long", "number", "everybody"],
)  # fmt: skip
def test_what_is_no_subject_is_no_audience_and_neither_is_the_customer(audience: Any) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        screening(audience=audience)

    assert raised.value.field == "audience"

"""Consent events: which fields fit which kind, and that no missing field grants anything."""

from typing import Any

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.kernel.errors import InvalidRequestError, UncoveredByFormError
from tests.testkit.builders.dependencies import FORM_SHA256, consent_event
from tests.testkit.meeting_words import EVERY_USE, DataCategory

USE = [{"operation": "infer", "service": "general"}]
DATA = ["customer_content"]
FIELDS: dict[str, Any] = {"consent_event_id": "a", "customer": "acme", "uses": USE, "data": DATA}


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "grant", "uses": "all"},
        {"kind": "grant", "data": "all"},
        {"kind": "withdrawal", "form_id": FORM_SHA256},
        {"kind": "refusal", "until": "2026-01-01T00:00:00Z"},
        {"kind": "agree"},
        {"kind": "grant", "uses": []},
        {"kind": "grant", "data": []},
        {"kind": "grant", "data": "customer_content"},
        {"kind": "withdrawal", "uses": "some"},
        {"kind": "grant", "form_id": FORM_SHA256.upper()},
        {"kind": "grant", "form_id": "0" * 63},
        {"kind": "grant", "until": "2026-01-01"},
        {"kind": "grant", "signature": "x"},
        {"kind": "grant", "signature": "typed_name"},
        {"kind": "grant", "signature": "click", "typed_name": "Ann"},
        {"kind": "grant", "signature": "typed_name", "typed_name": ""},
        {"kind": "grant", "signature": "jws"},
        {"kind": "grant", "signature": "jws", "jws": "e30.e30"},
        {"kind": "grant", "signature": "jws", "jws": "e30..e30", "typed_name": "Ann"},
        {"kind": "grant", "representative": {"who": "bob"}},
        {"kind": "grant", "representative": {"who": "bob", "authority": "friend"}},
        {"kind": "grant", "corrects": ""},
        {"kind": "grant", "express": True},
        {"kind": "withdrawal", "party": {"person": ""}},
        {"kind": "withdrawal", "party": {"person": "a\tb"}},
    ],
    ids=repr,
)
def test_a_consent_event_with_invalid_fields_is_rejected(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        ConsentEvent.read(FIELDS | changed)


def test_all_covers_every_use_and_every_category() -> None:
    everything = consent_event("w", "withdrawal", uses="all", data="all")

    assert everything.covered_uses == EVERY_USE
    assert everything.covered_leaves == tuple(DataCategory)


def test_a_parent_category_covers_exactly_its_leaves() -> None:
    covered = consent_event("g", "grant", data=["customer_content"]).covered_leaves

    assert covered == tuple(d for d in DataCategory if d.startswith("customer_content."))


def test_a_consent_event_round_trips_through_json() -> None:
    fields = consent_event(
        "g", "grant", form_id=FORM_SHA256, signature="click", until="2027-01-01T00:00:00Z"
    )

    assert ConsentEvent.model_validate_json(fields.model_dump_json()) == fields


@pytest.mark.parametrize(
    "changed",
    [
        {"text": ""},
        {"text": "x" * 100_001},
        {"text": 7},
        {"locale": "en/US"},
        {"uses": []},
        {"uses": "all"},
        {"data": []},
        {"data": "all"},
        {"data": ["smell"]},
    ],
    ids=repr,
)
def test_a_form_needs_a_text_a_locale_and_a_consent_scope(changed: dict[str, Any]) -> None:
    fields = {"customer": "acme", "text": "We may.", "locale": "en-US", "uses": USE, "data": DATA}
    assert Form.read(fields).covers_collected == "from_grant"

    with pytest.raises(InvalidRequestError):
        Form.read(fields | changed)


def test_a_form_without_a_consent_scope_is_rejected() -> None:
    with pytest.raises(InvalidRequestError, match="uses: "):
        Form.read({"customer": "acme", "text": "We may.", "locale": "en"})


def form_for(**use_request: Any) -> Form:
    return Form.read(
        {"customer": "acme", "text": "?", "locale": "en", "uses": USE, "data": DATA} | use_request
    )


BEYOND: dict[str, tuple[dict[str, Any], str | None]] = {
    "just what it asks for": ({}, None),
    "less data": ({"data": ["customer_content.audio"]}, None),
    "all its leaves by name": (
        {"data": [leaf for leaf in DataCategory if leaf.startswith("customer_content.")]},
        None,
    ),
    "another branch": ({"data": ["service_generated"]}, "data"),
    "one leaf more": ({"data": ["customer_content", "public_web"]}, "data"),
    "another service": ({"uses": [{"operation": "infer", "service": "transcription"}]}, "uses"),
    "another operation": ({"uses": [{"operation": "evaluate", "service": "general"}]}, "uses"),
}


@pytest.mark.parametrize("how", BEYOND)
def test_a_form_covers_only_grants_within_its_consent_scope(how: str) -> None:
    granted, field = BEYOND[how]
    fields: dict[str, Any] = {"uses": USE, "data": DATA} | granted
    grant = consent_event("g", "grant", **fields)

    if field is None:
        form_for().require(grant)
        return
    with pytest.raises(UncoveredByFormError) as rejected:
        form_for().require(grant)
    assert rejected.value.field == field


def test_a_form_on_one_leaf_does_not_cover_its_branch() -> None:
    with pytest.raises(UncoveredByFormError, match="data: "):
        form_for(data=["customer_content.audio"]).require(
            consent_event("g", "grant", uses=USE, data=DATA)
        )

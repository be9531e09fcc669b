"""The stored form of an event: form, typed name, representative and correction."""

import pytest

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.form_registry import register_form
from consentry.kernel.errors import InvalidRequestError, UncoveredByFormError, UnknownFormError
from tests.testkit.builders.dependencies import (
    ACME,
    EVER,
    FORM,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.meeting_words import DataCategory
from tests.testkit.names_in_text import contains_name


@pytest.mark.promise(9)
def test_a_typed_name_is_stored_only_as_a_keyed_digest(deps: FakeDependencies) -> None:
    named = [
        deps.record(consent_event(each, "refusal", signature="typed_name", typed_name=each)).record
        for each in ("Ann", "Anne")
    ]

    digests = [each.signature_evidence.name for each in named if each.signature_evidence]
    assert len({*digests}) == 2
    assert not any(
        "Ann" in each.model_dump_json(exclude={"consent_event": {"consent_event_id"}})
        for each in named
    )


def test_a_grant_beyond_its_form_is_rejected_by_field(deps: FakeDependencies) -> None:
    audio = FORM.model_copy(update={"text": "Audio?", "data": ("customer_content.audio",)})
    form = register_form(audio, caller=deps.caller, at=EVER, deps=deps).form_id

    with pytest.raises(UncoveredByFormError, match="data: "):
        deps.record(
            consent_event("g", "grant", data=["customer_content"], form_id=form, signature="click")
        )

    assert deps.consents.consent_event(ACME, CUSTOMER_PARTY, "g") is None


@pytest.mark.promise(9)
def test_the_person_the_representative_and_the_caller_are_stored_as_pseudonyms(
    deps: FakeDependencies,
) -> None:
    guardian = {"who": "gil", "authority": "guardian"}

    record = deps.record(
        consent_event("r", "refusal", person="ann", representative=guardian)
    ).record

    name = deps.pseudonyms.key_of(ACME).pseudonym
    ann = deps.pseudonyms.find_pseudonyms(ACME, ["ann"])["ann"]
    assert record.consent_event.representative is not None
    assert (record.consent_event.person, record.consent_event.representative.who) == (
        ann,
        name("gil"),
    )
    assert (record.consent_event.representative.authority, record.recorded_by) == (
        "guardian",
        name("pipeline"),
    )
    assert not contains_name(record.model_dump_json(), "gil")


def test_a_correction_is_a_new_event_and_both_are_stored(deps: FakeDependencies) -> None:
    mistaken = deps.record(consent_event("m", "refusal", person="ann")).record

    corrected = deps.record(consent_event("c", "withdrawal", person="ann", corrects="m")).record

    assert deps.consents.consent_events(ACME, corrected.party) == (mistaken, corrected)


@pytest.mark.parametrize("corrects", ["c", "granted", "nothing"])
def test_a_correction_must_name_an_earlier_event_of_the_same_party(
    deps: FakeDependencies, corrects: str
) -> None:
    with pytest.raises(InvalidRequestError, match="corrects: "):
        deps.record(consent_event("c", "withdrawal", person="ann", corrects=corrects))


def test_an_unsigned_grant_is_stored_and_gives_only_deemed_consent(deps: FakeDependencies) -> None:
    chat = ["customer_content.chat"]
    deps.record(consent_event("assent", "grant", data=chat))

    decision = deps.decide(use_request(data=chat))

    assert not decision.allows
    assert decision.evidence.customer.statuses == {DataCategory.CHAT: "deemed"}
    assert len(deps.consents.consent_events(ACME, CUSTOMER_PARTY)) == 2


def test_a_refusal_may_name_the_shown_form_and_exceed_its_scope(
    deps: FakeDependencies,
) -> None:
    audio = FORM.model_copy(
        update={
            "text": "Audio?",
            "data": ("customer_content.audio",),
            "covers_collected": "anytime",
        }
    )
    form = register_form(audio, caller=deps.caller, at=EVER, deps=deps).form_id

    recorded = deps.record(
        consent_event("r", "refusal", uses="all", data="all", form_id=form, signature="click")
    )

    (rule,) = recorded.state.rules
    assert recorded.record.form == audio.reference
    assert (rule.express, rule.covers_collected) == (False, "from_grant")
    with pytest.raises(UnknownFormError):
        deps.record(consent_event("r2", "refusal", form_id="0" * 64))

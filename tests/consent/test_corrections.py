"""A correction withdraws what the corrected grant gave and the new event does not grant."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.get_consent import get_consent
from consentry.receipts.document import document_of, to_json
from consentry.receipts.receipt_page import render_receipt_page
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.receipts import states
from tests.testkit.builders.screenings import row, screening
from tests.testkit.builders.stored_receipts import receipt
from tests.testkit.html_pages import parsed, words
from tests.testkit.receipt_shapes import conforms

AUDIO, VIDEO = "customer_content.audio", "customer_content.video"
SIGNED: dict[str, Any] = {"form_id": FORM_SHA256, "signature": "click"}
MISTAKEN = consent_event("mistaken", "grant", data=[AUDIO, VIDEO], **SIGNED)
CORRECTED = consent_event("right", "grant", data=[AUDIO], corrects="mistaken", **SIGNED)


@pytest.fixture
def corrected(deps: FakeDependencies) -> FakeDependencies:
    """Audio and video were granted by mistake, then audio alone."""
    deps.record(MISTAKEN)
    deps.record(CORRECTED, at=NOW + SECOND)
    return deps


def test_a_correction_ends_allows_for_what_was_granted_by_mistake(
    corrected: FakeDependencies,
) -> None:
    audio, video = (corrected.decide(use_request(data, data=[data])) for data in (AUDIO, VIDEO))

    assert audio.allows
    assert not video.allows
    assert video.evidence.customer.statuses == {VIDEO: "withdrawn"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"uses": [{"operation": "evaluate", "service": "general"}]}, "withdrawn"),
        ({"until": (NOW + timedelta(hours=1)).isoformat()}, "granted"),
        ({"signature": "none"}, "withdrawn"),
    ],
    ids=["another use", "a shorter time", "an unsigned one"],
)
def test_a_correction_grants_exactly_its_own_scope(
    deps: FakeDependencies, fields: dict[str, Any], status: str
) -> None:
    deps.record(MISTAKEN)

    state = deps.record(consent_event("c", "grant", corrects="mistaken", **SIGNED | fields)).state

    assert state.status(MISTAKEN.covered_uses[0], MISTAKEN.covered_leaves[0], at=NOW) == status


def test_a_correction_leaves_other_events_unchanged(deps: FakeDependencies) -> None:
    deps.record(MISTAKEN)
    deps.record(consent_event("again", "grant", data=[VIDEO], **SIGNED))
    deps.record(consent_event("no", "refusal", data=["customer_content.chat"]))
    before = deps.consents.states(ACME, (CUSTOMER_PARTY,))[CUSTOMER_PARTY]

    deps.record(CORRECTED)
    after = deps.record(consent_event("c", "refusal", data=["public_web"], corrects="no")).state

    rules_after = [(each.consent_event_id, each.consent_scope) for each in after.rules]
    for each in before.rules:
        assert (
            each.consent_event_id == "mistaken"
            or (each.consent_event_id, each.consent_scope) in rules_after
        )


def test_a_correction_increments_an_epoch_and_taints_affected_data_sets(
    propagation_driver: PropagationDriver,
) -> None:
    deps = propagation_driver.acme.deps
    deps.record(MISTAKEN)
    audio, video = (
        _data_set(propagation_driver, data, request_id=f"s-{index}")
        for index, data in enumerate((AUDIO, VIDEO))
    )
    epochs = deps.consents.epochs(ACME)

    record = deps.record(CORRECTED).record
    reached = propagation_driver.deliver(record)

    assert deps.consents.epochs(ACME) > epochs
    assert reached
    assert reached.completed_at
    assert propagation_driver.show(audio).status == "clean"
    assert propagation_driver.show(video).status == "tainted"


def test_a_correction_that_withdraws_nothing_is_not_propagated(deps: FakeDependencies) -> None:
    deps.record(MISTAKEN)
    deps.record(consent_event("w", "withdrawal", uses="all", data="all"))

    record = deps.record(CORRECTED).record

    assert record.propagation_id is None


def test_the_receipts_of_both_events_show_the_correction(corrected: FakeDependencies) -> None:
    first, second = (
        receipt(corrected, consent_event_id) for consent_event_id in ("mistaken", "right")
    )

    document = document_of(first)
    assert states(document) == ["ConsentGiven", "RenewedConsentGiven", "ConsentWithdrawn"]
    (correction,) = document["dpv:hasRecordOfActivity"]["consentry:correctedBy"]
    assert correction["consentry:consentEvent"] == "right"
    assert all(conforms(to_json(each))[0] for each in (first, second))
    assert "Corrected byright on " in words(parsed(render_receipt_page(first)))
    assert "videowithdrawn: the grant was corrected" in words(parsed(render_receipt_page(second)))
    assert "Corrected by" not in words(parsed(render_receipt_page(second)))


def test_consent_before_and_after_a_correction_is_shown_consistently(
    corrected: FakeDependencies,
) -> None:
    now = NOW + 2 * SECOND
    shown = [
        get_consent(ACME, "customer", as_of=as_of, at=now, caller=corrected.caller, deps=corrected)
        for as_of in (None, now, NOW)
    ]

    status = [{(leaf, s.status) for s in each.statuses for leaf in s.data} for each in shown]
    assert status[0] == status[1] == {(AUDIO, "granted"), (VIDEO, "withdrawn")}
    assert status[2] == {(AUDIO, "granted"), (VIDEO, "granted")}


def _data_set(propagation_driver: PropagationDriver, data: str, **use_request: Any) -> str:
    propagation_driver.acme.put([row("ann", data=data)])
    decision = propagation_driver.acme.screen(screening(**use_request))
    assert decision.data_set_id
    return decision.data_set_id

"""Only a later express consent with a form that covers collected data replaces the terms at collection."""

from datetime import datetime, timedelta

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus, party_status
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table_codec import midnight
from tests.testkit.builders.dependencies import EVERYTHING
from tests.testkit.meeting_words import DataCategory, Service

SERVICE = Service.GENERAL


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def training(data: DataCategory, collected: datetime) -> Facts:
    return Facts((data,), Operation.FINE_TUNE, SERVICE, ModelOwner.FIRST_PARTY, collected, SERVICE)


LIFTING = {
    "signed later, on a form that covers earlier data": (True, True, 1, "allow"),
    "signed later, on a form that does not say so": (True, False, 1, "deny"),
    "assented to later without a signature": (False, True, 1, "deny"),
    "signed before the data was collected": (True, True, -1, "deny"),
}


@pytest.mark.parametrize("how", LIFTING)
def test_only_a_later_express_consent_that_covers_collected_data_replaces_the_terms_at_collection(
    how: str, zoom: PolicySet
) -> None:
    signed, covers_collected, days, outcome = LIFTING[how]
    collected, now = midnight("2023-03-30"), midnight("2023-04-15")
    form = Form(
        customer="acme",
        text="I agree.",
        locale="en",
        covers_collected=covers_collected,
        **EVERYTHING,
    )
    consent_event = ConsentEvent.read(
        {
            "consent_event_id": "a",
            "customer": "acme",
            "kind": "grant",
            "uses": [{"operation": "fine_tune", "service": SERVICE}],
            "data": ["customer_content.audio"],
            "signature": "click" if signed else "none",
        }
    )
    state = state_after(
        PartyState(), build_rule(consent_event, form, at=collected + timedelta(days=days))
    )
    use_request = training(DataCategory.AUDIO, collected)

    evidence = Evidence(party_status(state, use_request, at=now, invalidated_before=None))

    assert evaluate(use_request, evidence, AssignedPolicies(zoom), at=now).outcome == outcome


def test_after_a_withdrawal_the_terms_at_collection_decide_again(zoom: PolicySet) -> None:
    collected, now = midnight("2023-03-30"), midnight("2023-04-15")
    form = Form(customer="acme", text="I agree.", locale="en", covers_collected=True, **EVERYTHING)
    fields = {"customer": "acme", "data": ["customer_content.audio"]}
    uses = [{"operation": "fine_tune", "service": SERVICE}]
    grant = {"consent_event_id": "a", "kind": "grant", "uses": uses, "signature": "click"}
    withdrawal = {"consent_event_id": "b", "kind": "withdrawal", "uses": "all"}
    state = PartyState()
    for consent_event in (grant, withdrawal):
        state = state_after(
            state, build_rule(ConsentEvent.read(fields | consent_event), form, at=now)
        )
    use_request = training(DataCategory.AUDIO, collected)

    customer = party_status(state, use_request, at=now, invalidated_before=None)

    assert customer.covers_collected == ()
    assert (
        evaluate(use_request, Evidence(customer), AssignedPolicies(zoom), at=now).outcome
        is Outcome.DENY
    )


def test_guardrails_apply_also_to_consent_that_covers_collected_data(library: Library) -> None:
    data = DataCategory.WHITEBOARD
    use_request = training(data, midnight("2023-04-01"))
    evidence = Evidence(PartyStatus("c", None, 1, {data: ConsentStatus.NEVER_ASKED}, (data,)))
    policy_sets = AssignedPolicies(
        library.policy_sets["zoom-terms"], (library.policy_sets["house"],)
    )

    evaluation = evaluate(use_request, evidence, policy_sets, at=midnight("2023-04-15"))

    assert evaluation.outcome is Outcome.DENY
    assert evaluation.reasons[0].policy_set_id == "house"

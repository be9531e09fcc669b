"""Consent reaches back to the start of its run of grants, or as far as its form says."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.rules import MAX_RUN
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus, party_status
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table_codec import midnight
from tests.testkit.builders.dependencies import EVERYTHING, SECOND
from tests.testkit.meeting_words import DataCategory, Service

SERVICE = Service.GENERAL
SCOPE = {
    "customer": "acme",
    "party": "customer",
    "uses": [{"operation": "fine_tune", "service": SERVICE}],
    "data": ["customer_content.audio"],
}
GRANT: dict[str, Any] = SCOPE | {"kind": "grant", "signature": "click"}
REFUSAL: dict[str, Any] = SCOPE | {"kind": "refusal"}
WITHDRAWAL: dict[str, Any] = SCOPE | {"kind": "withdrawal"}


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def training(data: DataCategory, collected: datetime) -> Facts:
    return Facts((data,), Operation.FINE_TUNE, SERVICE, ModelOwner.FIRST_PARTY, collected, SERVICE)


COLLECTED, NOW = midnight("2023-08-08"), midnight("2023-08-10")
"""From 2023-08-07 to 2023-08-11 the terms ask for the customer's consent to train on audio."""

HOUR = timedelta(hours=1)

REACHES = {
    "signed before the data was collected": ("click", "from_grant", -HOUR, "allow"),
    "signed when the data was collected": ("click", "from_grant", 0 * HOUR, "allow"),
    "signed later, on a form for data from the grant": ("click", "from_grant", HOUR, "deny"),
    "signed later, on a form for data of any time": ("click", "anytime", HOUR, "allow"),
    "signed in the meeting, on a form for three hours": ("click", "PT3H", 3 * HOUR, "allow"),
    "signed after the three hours of its form": ("click", "PT3H", 3 * HOUR + SECOND, "deny"),
    "assented to later without a signature": ("none", "anytime", HOUR, "deny"),
}


@pytest.mark.parametrize("how", REACHES)
def test_a_grant_reaches_back_no_further_than_its_form_says(how: str, zoom: PolicySet) -> None:
    signature, covers_collected, later, outcome = REACHES[how]
    state = after((GRANT | {"signature": signature}, COLLECTED + later), covers=covers_collected)

    assert outcome_of(state, zoom) == outcome


def test_no_form_covers_data_from_before_the_terms(zoom: PolicySet) -> None:
    collected = midnight("2023-03-30")
    state = after((GRANT, NOW), covers="anytime")

    assert outcome_of(state, zoom, collected=collected) == "deny"


def test_a_renewal_keeps_the_start_of_the_run(zoom: PolicySet) -> None:
    renewed = after((GRANT, COLLECTED - HOUR), (GRANT, COLLECTED + HOUR))

    assert outcome_of(renewed, zoom) == "allow"


BROKEN: dict[str, tuple[tuple[dict[str, Any], datetime], ...]] = {
    "a refusal": ((REFUSAL, COLLECTED + HOUR),),
    "a withdrawal": ((WITHDRAWAL, COLLECTED + HOUR),),
    "a correction": ((GRANT | {"corrects": "e0"}, COLLECTED + HOUR),),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_run_is_broken_by(how: str, zoom: PolicySet) -> None:
    before, again = (GRANT, COLLECTED - HOUR), (GRANT, COLLECTED + 2 * HOUR)

    broken = after(before, *BROKEN[how], again)

    assert outcome_of(after(before), zoom) == "allow"
    assert outcome_of(broken, zoom) == "deny"


def test_a_run_is_broken_by_an_expiry(zoom: PolicySet) -> None:
    def renewed(after_end: timedelta) -> PartyState:
        until = (COLLECTED + HOUR).isoformat()
        return after(
            (GRANT | {"until": until}, COLLECTED - HOUR), (GRANT, COLLECTED + HOUR + after_end)
        )

    assert outcome_of(renewed(0 * HOUR), zoom) == "allow"
    assert outcome_of(renewed(SECOND), zoom) == "deny"


def test_a_run_is_broken_by_a_material_change_until_the_first_renewal_after_it(
    zoom: PolicySet,
) -> None:
    # given grants before and after a change, and data from between the two renewals
    change = COLLECTED - 2 * HOUR
    times = (COLLECTED - 3 * HOUR, COLLECTED - HOUR, COLLECTED + HOUR)
    state = after(*((GRANT, at) for at in times))

    # then data counts since the first renewal after the change
    for collected, outcome in ((COLLECTED, "allow"), (COLLECTED - HOUR - SECOND, "deny")):
        found = outcome_of(state, zoom, collected=collected, invalidated_before=change)
        assert found == outcome


def test_an_unsigned_grant_does_not_begin_the_run_of_a_signed_one(zoom: PolicySet) -> None:
    state = after((GRANT | {"signature": "none"}, COLLECTED - HOUR), (GRANT, COLLECTED + HOUR))

    assert outcome_of(state, zoom) == "deny"


def test_a_run_of_many_grants_keeps_its_start() -> None:
    times = [COLLECTED + number * SECOND for number in range(MAX_RUN + 5)]

    (rule,) = after(*((GRANT, at) for at in times)).rules

    assert len(rule.run) == MAX_RUN
    assert rule.run == (times[0], *times[6:])


def after(*events: tuple[dict[str, Any], datetime], covers: str = "from_grant") -> PartyState:
    """The state after events at their times, on a form that covers data as stated."""
    fields = {"customer": "acme", "text": "I agree.", "locale": "en", "covers_collected": covers}
    form, state = Form.read(fields | EVERYTHING), PartyState()
    for number, (event, at) in enumerate(events):
        read = ConsentEvent.read(event | {"consent_event_id": f"e{number}"})
        state = state_after(state, build_rule(read, form, at=at))
    return state


def outcome_of(
    state: PartyState,
    zoom: PolicySet,
    *,
    collected: datetime = COLLECTED,
    invalidated_before: datetime | None = None,
) -> str:
    """The outcome for audio that was collected then, decided now."""
    use = training(DataCategory.AUDIO, collected)
    customer = party_status(state, use, at=NOW, invalidated_before=invalidated_before)
    return evaluate(use, Evidence(customer), AssignedPolicies(zoom), at=NOW).outcome


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

"""A decision contains its inputs, so it can be computed again; a revision is always a denial."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.decision import (
    CODEC,
    SUPERSEDED,
    Decision,
    RequestRecord,
    as_denial,
    build_decision,
    confirms,
    reevaluate,
)
from consentry.decisions.inputs import Evidence, Facts, build_evidence
from consentry.decisions.response import decision_response
from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.ids import decision_id
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import Assignment
from consentry.terms.truth_table import Ruling
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    FORM,
    NOW,
    SECOND,
    consent_event,
    library,
    use_request,
)
from tests.testkit.strategies import HOURS, evidence, facts, requests, states

DRY_RUN = Assignment("announced", ("house",), ("house",))
REQUEST_RECORD = RequestRecord(decision_id(ACME, "r-1"), ACME, "d", "declarant", "caller")


def decide(
    facts: Facts,
    evidence: Evidence,
    assignment: Assignment = DEFAULT_ASSIGNMENT,
    at: datetime = NOW,
) -> Decision:
    policy_sets = assignment.resolve(library())
    return build_decision(REQUEST_RECORD, facts, evidence, assignment, policy_sets, at=at)


def decide_on_states(
    request: DataUseRequest, states: Mapping[str, PartyState], at: datetime = NOW
) -> Decision:
    facts = Facts.from_request(request)
    people = tuple((each.person, each.role) for each in request.people)
    return decide(
        facts, build_evidence(states, people, facts, at=at, invalidated_before=None), at=at
    )


def decide_on_customer_grant(request: DataUseRequest, at: datetime = NOW) -> Decision:
    """The decision if the customer granted, and no person was asked."""
    grant = consent_event("g", "grant", form_id="0" * 64, signature="click")
    granted = state_after(PartyState(), build_rule(grant, FORM, at=NOW))
    people = dict.fromkeys((each.person for each in request.people), PartyState())
    return decide_on_states(request, {CUSTOMER_PARTY: granted, **people}, at)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """A decision on any facts and consent statuses, or a revision of it."""
    drawn_facts = draw(facts())
    assignment = draw(st.sampled_from([DEFAULT_ASSIGNMENT, DRY_RUN]))
    decision = decide(drawn_facts, draw(evidence(drawn_facts.data)), assignment)
    return (
        as_denial(decision, revision=draw(st.integers(2, 9))) if draw(st.booleans()) else decision
    )


@pytest.mark.promise(6)
@given(decisions())
def test_a_decision_round_trips_through_its_row_and_reevaluates_equal(decision: Decision) -> None:
    read = CODEC.validate_json(CODEC.dump_json(decision))

    assert read == decision
    assert CODEC.dump_json(read) == CODEC.dump_json(decision)
    assert reevaluate(read, library()) == decision


@pytest.mark.promise(6)
@given(requests(), states(), HOURS)
def test_any_request_is_decided_and_reevaluates_equal(
    request: DataUseRequest, state: PartyState, at: datetime
) -> None:
    parties = (CUSTOMER_PARTY, *(each.person for each in request.people))

    decision = decide_on_states(request, dict.fromkeys(parties, state), at)

    assert reevaluate(CODEC.validate_json(CODEC.dump_json(decision)), library()) == decision


@pytest.mark.promise(6)
def test_reevaluation_detects_an_altered_row() -> None:
    decision = decide_on_customer_grant(use_request())
    altered = replace(
        decision.evidence.customer,
        statuses=dict.fromkeys(decision.facts.data, ConsentStatus.REFUSED),
    )

    forged = replace(decision, evidence=replace(decision.evidence, customer=altered))

    assert decision.allows
    assert not reevaluate(forged, library()).allows


@pytest.mark.promise(3)
@given(decisions())
def test_a_revision_is_a_denial_without_expiry_that_names_the_revised_decision(
    decision: Decision,
) -> None:
    revised = as_denial(decision, revision=3)

    assert not revised.allows
    assert (revised.revision, revised.revises, revised.expires_at) == (3, 2, None)
    assert revised.what_would_allow == (
        (SUPERSEDED,) if decision.allows else decision.what_would_allow
    )


def altered_version(decision: Decision) -> Decision:
    customer = replace(decision.evidence.customer, version=7)
    return replace(decision, evidence=replace(decision.evidence, customer=customer))


def altered_status(decision: Decision) -> Decision:
    (ann,) = decision.evidence.people
    invalidated = replace(
        ann, statuses=dict.fromkeys(decision.facts.data, ConsentStatus.INVALIDATED)
    )
    return replace(decision, evidence=replace(decision.evidence, people=(invalidated,)))


CHANGED: dict[str, Callable[[Decision], Decision]] = {
    "a consent version": altered_version,
    "a consent status": altered_status,
    "the assignment": lambda d: replace(d, assignment=replace(d.assignment, version=1)),
    "a truth table": lambda d: replace(d, truth_tables={**d.truth_tables, "house@2026-01-01": "x"}),
    "a reason": lambda d: replace(d, reasons=d.reasons[1:]),
    "no expiry": lambda d: replace(d, expires_at=None),
}


@pytest.mark.promise(3)
def test_an_allow_is_confirmed_until_it_expires() -> None:
    allow = decide_on_customer_grant(use_request())
    assert allow.expires_at

    assert confirms(decide_on_customer_grant(use_request(), NOW + SECOND), allow)
    assert not confirms(decide_on_customer_grant(use_request(), allow.expires_at), allow)


@pytest.mark.promise(3)
@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_an_allow_is_not_confirmed_if_anything_that_it_used_changed(
    change: Callable[[Decision], Decision],
) -> None:
    allow = decide_on_customer_grant(use_request())

    assert confirms(allow, allow)
    assert not confirms(allow, change(allow))


@pytest.mark.promise(3)
def test_a_denial_now_confirms_no_earlier_allow() -> None:
    allow = decide_on_customer_grant(use_request())

    assert not confirms(as_denial(allow, revision=2), allow)


@pytest.mark.promise(6)
def test_a_decision_names_every_truth_table_it_used() -> None:
    decision = decide_on_customer_grant(use_request())

    assert set(decision.truth_tables) == {"announced@2023-07-27", "house@2026-01-01"}
    assert all(digest.startswith("sha256:") for digest in decision.truth_tables.values())


@pytest.mark.parametrize(
    "assignment",
    [Assignment("missing"), Assignment("house"), Assignment("announced", ("announced",))],
    ids=["unknown", "guardrails as terms", "terms as guardrails"],
)
def test_a_policy_set_is_assigned_only_as_its_own_kind(assignment: Assignment) -> None:
    with pytest.raises(InvalidTermsError):
        assignment.resolve(library())


@given(decisions())
def test_a_response_gives_the_deciding_reasons_and_no_person(decision: Decision) -> None:
    response = decision_response(decision, at=decision.at)

    assert response.decision is decision.allows
    assert response.reasons or decision.revision > 1
    assert all(reason.enforced for reason in response.reasons)
    assert all(not reason.enforced for reason in response.dry_run)
    assert not any(str(party.party) in repr(response) for party in decision.evidence.people)


@given(decisions())
def test_a_repeated_denial_says_that_a_new_request_id_is_needed(decision: Decision) -> None:
    later = decision.at + timedelta(minutes=1)

    first, again = (decision_response(decision, at=at) for at in (decision.at, later))

    assert (first.repeated, again.repeated) == (False, True)
    assert any(each.new_request_id for each in again.what_would_allow) is not decision.allows
    assert again.what_would_allow[-len(first.what_would_allow) :] == first.what_would_allow


def test_a_use_that_the_terms_do_not_cover_is_denied_with_an_explanation() -> None:
    uses = product(Operation, ModelOwner, ["customer_content", "service_generated", "public_web"])
    reasons = [
        reason
        for operation, owner, data in uses
        for reason in decide_on_customer_grant(
            use_request(
                use={"operation": operation, "service": "general"}, model_owner=owner, data=[data]
            )
        ).reasons
        if reason.ruling is Ruling.NOT_COVERED
    ]

    assert reasons
    for reason in reasons:
        assert reason.rules == reason.clauses == ()
        assert reason.explanations == ("the terms do not cover this use of this data",)


def test_an_allow_expires_and_a_denial_does_not() -> None:
    allow = decide_on_customer_grant(use_request())
    denial = decide_on_customer_grant(use_request(model_owner="third_party"))

    assert allow.expires_at == NOW + timedelta(minutes=15)
    assert denial.expires_at is None


def test_the_declared_collection_facts_are_stored() -> None:
    stored = decide_on_customer_grant(use_request()).facts

    assert stored.collected_at.isoformat() == "2026-02-01T09:00:00+00:00"
    assert stored.same_service

"""A decision carries its grounds: it is computed again from its own row, and a revision only ever denies."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.status import PartyState, after, build_rule
from consentry.decisions.decision import (
    SUPERSEDED,
    Decision,
    RequestRecord,
    decide,
    decode,
    denial_of,
    encode,
    reevaluate,
)
from consentry.decisions.inputs import Evidence, Facts, facts_of, party_status
from consentry.decisions.response import decision_response
from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.ids import decision_id
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import ConsentStatus
from consentry.terms.assignment import Assignment
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    FORM,
    NOW,
    asked,
    consent_event,
    library,
)
from tests.testkit.strategies import HOURS, evidence, facts, requests, states

OBSERVED = Assignment("announced", ("house",), ("house",))
ASKED = RequestRecord(decision_id(ACME, "r-1"), ACME, "d", "declarant", "caller")


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """A decision on drawn facts and standings, or its revision."""
    what = draw(facts())
    assignment = draw(st.sampled_from([DEFAULT_ASSIGNMENT, OBSERVED]))
    made = decide(ASKED, what, draw(evidence(what.data)), assignment, library(), at=NOW)
    return denial_of(made, revision=draw(st.integers(2, 9))) if draw(st.booleans()) else made


def granted(request: DataUseRequest) -> Decision:
    said = {"form_id": "0" * 64, "signature": "click"}
    state = after(PartyState(), build_rule(consent_event("g", "grant", **said), FORM, at=NOW))
    what = facts_of(request)
    stood = Evidence(
        party_status(state, what, at=NOW, invalidated_before=None),
        tuple(
            party_status(
                PartyState(),
                what,
                at=NOW,
                invalidated_before=None,
                party=each.person,
                role=each.role,
            )
            for each in request.people
        ),
    )
    return decide(ASKED, what, stood, DEFAULT_ASSIGNMENT, library(), at=NOW)


@pytest.mark.promise(6)
@given(decisions())
def test_a_decision_round_trips_through_its_row_and_reevaluates_equal(decision: Decision) -> None:
    read = decode(encode(decision))

    assert read == decision
    assert encode(read) == encode(decision)
    assert reevaluate(read, library()) == decision


@pytest.mark.promise(6)
@given(requests(), states(), HOURS)
def test_any_request_is_decided_and_reevaluates_equal(
    request: DataUseRequest, state: PartyState, at: datetime
) -> None:
    what = facts_of(request)
    people = tuple(
        party_status(state, what, at=at, invalidated_before=None, party=each.person, role=each.role)
        for each in request.people
    )
    stood = Evidence(
        party_status(state, what, at=at, invalidated_before=None, party=CUSTOMER_PARTY), people
    )

    decision = decide(ASKED, what, stood, DEFAULT_ASSIGNMENT, library(), at=at)

    assert reevaluate(decode(encode(decision)), library()) == decision


@pytest.mark.promise(6)
def test_reevaluation_detects_an_altered_row() -> None:
    decision = granted(asked())
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
    revised = denial_of(decision, revision=3)

    assert not revised.allows
    assert (revised.revision, revised.revises, revised.expires_at) == (3, 2, None)
    assert revised.what_would_allow == (
        (SUPERSEDED,) if decision.allows else decision.what_would_allow
    )


@pytest.mark.promise(6)
def test_a_decision_names_every_truth_table_it_used() -> None:
    decision = granted(asked())

    assert set(decision.truth_tables) == {"announced@2023-07-27", "house@2020-01-01"}
    assert all(digest.startswith("sha256:") for digest in decision.truth_tables.values())


@pytest.mark.parametrize(
    "assignment",
    [Assignment("missing"), Assignment("house"), Assignment("announced", ("announced",))],
    ids=["unknown", "a limit book as terms", "a terms book as limit"],
)
def test_a_policy_set_is_assigned_only_as_its_own_kind(assignment: Assignment) -> None:
    with pytest.raises(InvalidTermsError):
        assignment.resolve(library())


@given(decisions())
def test_a_response_gives_the_deciding_reasons_and_no_person(decision: Decision) -> None:
    answer = decision_response(decision)

    assert answer.decision is decision.allows
    assert answer.reasons or decision.revision > 1
    assert all(each.enforced for each in answer.reasons)
    assert all(not each.enforced for each in answer.dry_run)
    assert not any(party.party in repr(answer) for party in decision.evidence.people)


def test_an_allow_expires_and_a_denial_does_not() -> None:
    allowed, denied = granted(asked()), granted(asked(model_owner="third_party"))

    assert allowed.expires_at == NOW + timedelta(minutes=15)
    assert denied.expires_at is None


def test_the_declared_collection_facts_are_stored() -> None:
    kept: Facts = granted(asked()).facts

    assert (kept.collected_at.isoformat(), kept.same_service) == ("2026-02-01T09:00:00+00:00", True)

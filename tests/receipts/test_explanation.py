"""The answer to a withdrawal or refusal says what stops and what continues, as the rules in force do."""

from itertools import product
from typing import Any

import pytest

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.receipts.explanation import TRAINING_ONLY, explain_stop
from consentry.terms.assignment import Assignment
from tests.testkit.api.fixtures import INFER, TUNE, Customer
from tests.testkit.builders.dependencies import (
    DEFAULT_ASSIGNMENT,
    NOW,
    FakeDependencies,
    consent_event,
    library,
)
from tests.testkit.meeting_words import DataCategory, Role, Service

ANN = "data with this person in it"
EVERYTHING: dict[str, Any] = {"uses": "all", "data": "all"}
TERMS_ALONE = Assignment("announced", ())


def explain(
    deps: FakeDependencies,
    kind: str = "withdrawal",
    *,
    person: str | None = "ann",
    assignment: Assignment = DEFAULT_ASSIGNMENT,
    **changed: Any,
) -> tuple[str, ...]:
    """Record an event: what its answer explains."""
    recorded = deps.record(consent_event("w", kind, person=person, **changed))
    policy_sets = assignment.resolve(library())
    return explain_stop(recorded.record, recorded.state, policy_sets, at=NOW)


@pytest.mark.parametrize("kind", ["withdrawal", "refusal"])
def test_a_person_who_withdraws_everything_stops_features_too(
    deps: FakeDependencies, kind: str
) -> None:
    assert explain(deps, kind, **EVERYTHING) == (
        f"Stopped for {ANN}: all uses, with service-generated data, customer content.",
        f"Features stop too. {TRAINING_ONLY}",
    )


def test_features_continue_after_a_withdrawal_of_training(deps: FakeDependencies) -> None:
    assert explain(deps, uses=[TUNE], data="all") == (
        f"Stopped for {ANN}: fine-tune a model, for meeting summary, with service-generated data, "
        "customer content.",
        "Features continue where the customer enabled them.",
        "Other training and evaluation continue where the rules and every consent allow them.",
    )


def test_training_continues_after_a_withdrawal_of_one_feature(deps: FakeDependencies) -> None:
    _, *continues = explain(deps, uses=[INFER], data=["customer_content"])

    assert continues == [
        "Other features continue where the customer enabled them.",
        "Training and evaluation continue where the rules and every consent allow them.",
    ]


def test_what_no_rule_stops_is_said(deps: FakeDependencies) -> None:
    (without_guardrails,) = explain(deps, assignment=TERMS_ALONE, **EVERYTHING)
    by_customer = explain(deps, person=None, **EVERYTHING)
    denied_anyway = explain(deps, person="ben", data=["public_web"])

    assert without_guardrails.startswith("Not stopped, since the rules in force allow it")
    assert any(
        each.startswith("Not stopped") and each.endswith("with service-generated data.")
        for each in by_customer
    )
    assert denied_anyway[0].startswith("Nothing stops")


def test_a_guardrail_in_dry_run_stops_nothing(deps: FakeDependencies) -> None:
    assignment = Assignment("announced", ("house",), dry_run=("house",))

    assert not any("Stopped" in each for each in explain(deps, assignment=assignment, **EVERYTHING))


def test_a_grant_explains_nothing_and_a_later_grant_is_left_out(deps: FakeDependencies) -> None:
    recorded = deps.record(consent_event("w", "withdrawal"))
    deps.grant(consent_event_id="later", at=NOW)
    again = deps.record(consent_event("w", "withdrawal"))
    granted = deps.record(consent_event("g", "grant", person="ann"))
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())

    explained = [
        explain_stop(each.record, each.state, policy_sets, at=NOW)
        for each in (recorded, again, granted)
    ]

    assert explained[0][0].startswith("Stopped")
    assert not any(each.startswith("Stopped") for each in explained[1])
    assert explained[2] == ()


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("person", ["ann", None])
def test_exactly_what_decisions_deny_from_then_on_is_stopped(
    deps: FakeDependencies, person: str | None, operation: Operation
) -> None:
    use = {"operation": operation, "service": "meeting_summary"}
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())

    def allows(leaf: DataCategory, status: ConsentStatus) -> bool:
        def party(role: Role | None, its: ConsentStatus) -> PartyStatus:
            return PartyStatus("p", role, 1, {leaf: its}, (leaf,))

        customer, ann = (
            (ConsentStatus.GRANTED, status) if person else (status, ConsentStatus.GRANTED)
        )
        evidence = Evidence(party(None, customer), (party(Role.SPEAKER, ann),))
        every = product((Service.MEETING_SUMMARY, Service.GENERAL), ModelOwner)
        return any(
            evaluate(
                Facts((leaf,), operation, Service.MEETING_SUMMARY, owner, NOW, collected_by),
                evidence,
                policy_sets,
                at=NOW,
            ).outcome
            is Outcome.ALLOW
            for collected_by, owner in every
        )

    for number, leaf in enumerate(DataCategory):
        event = consent_event(f"w{number}", "withdrawal", person=person, uses=[use], data=[leaf])
        recorded = deps.record(event)
        first, *_ = explain_stop(recorded.record, recorded.state, policy_sets, at=NOW)

        before, after = (allows(leaf, s) for s in (ConsentStatus.GRANTED, ConsentStatus.WITHDRAWN))
        start = {(True, False): "Stopped", (True, True): "Not stopped", (False, False): "Nothing"}
        assert first.startswith(start[before, after])


def test_the_answer_to_a_withdrawal_and_to_a_refusal_has_the_explanation(acme: Customer) -> None:
    ana = {"party": {"person": "ana"}, "data": ["customer_content"]}
    refusal = {"consent_event_id": "r", "kind": "refusal", "uses": [TUNE]}

    refused = acme.send("POST", f"{acme.path}/consent-events", ana | refusal).body
    withdrawn = acme.send("POST", f"{acme.path}/withdrawals", ana).body

    assert "Features continue where the customer enabled them." in refused["explanation"]
    assert withdrawn["explanation"][0].startswith(f"Stopped for {ANN}: all uses")

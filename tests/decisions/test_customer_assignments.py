"""After an assignment, no decision uses the replaced policy sets, retries included."""

from dataclasses import replace
from typing import Any

import pytest

from consentry.decisions.decision import reevaluate
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ConsentChangedError,
    ForbiddenCustomerError,
    InvalidRequestError,
    InvalidTermsError,
    UnavailableError,
)
from consentry.terms.assignment import Assignment, AssignmentRecord, AssignmentRequest
from consentry.terms.dynamodb import AssignmentRepository
from consentry.terms.policy_set import Library
from tests.testkit.builders.assignments import FORBIDDING_TERMS, AssigningClient, assign, named
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    NOW,
    SECOND,
    FakeDependencies,
    use_request,
)
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.stopped_process import InterruptedClient


def test_a_decision_uses_the_policy_sets_assigned_to_the_customer(deps: FakeDependencies) -> None:
    record = assign(deps)

    decision = deps.decide(use_request())

    assert record.assignment == Assignment("zoom-terms", ("house",), (), 1)
    assert decision.assignment == record.assignment
    assert {reason.policy_set_id for reason in decision.reasons} == {"zoom-terms"}
    assert not decision.allows
    assert reevaluate(decision, deps.library) == decision


def test_a_customer_without_an_assignment_uses_the_default_policy_sets(
    deps: FakeDependencies,
) -> None:
    decision = deps.decide(use_request())

    assert decision.allows
    assert decision.assignment == DEFAULT_ASSIGNMENT


@pytest.mark.promise(3)
@pytest.mark.parametrize("people", [1, 97, 98, 250], ids=lambda count: f"{count} people")
def test_an_allow_under_replaced_terms_is_not_replayed(deps: FakeDependencies, people: int) -> None:
    request = use_request(people=named(people))
    assert deps.decide(request).allows
    assign(deps)

    again = deps.decide(request)

    assert (again.allows, again.revision, again.assignment.terms) == (False, 2, "zoom-terms")


def test_an_assignment_between_the_readings_is_respected(deps: FakeDependencies) -> None:
    interrupted = InterruptedClient(deps.client, {3: [lambda: assign(deps)]})

    decision = FakeDependencies(interrupted).decide(use_request())

    assert (decision.allows, decision.revision, decision.assignment.version) == (False, 1, 1)


def test_a_screening_uses_the_new_terms_and_supersedes_the_old_result(
    deps: FakeDependencies,
) -> None:
    screening = ScreeningDriver(deps)
    screening.put([row("ann")])
    assert screening.screen().allows
    assign(deps)

    assert not screening.screen().allows
    assert screening.screen(at=NOW + SECOND).revision == 2


def test_an_assignment_during_a_screening_is_respected(deps: FakeDependencies) -> None:
    interrupted = AssigningClient(deps)
    screening = ScreeningDriver(FakeDependencies(interrupted))
    screening.put([row("ann")])

    decision = screening.screen()

    assert (decision.allows, decision.assignment.version) == (False, 1)


def test_assigning_the_same_policy_sets_again_is_a_no_op(deps: FakeDependencies) -> None:
    first = assign(deps)
    assert assign(deps, at=NOW + SECOND) == first
    assert assign(deps, FORBIDDING_TERMS | {"guardrails": []}).assignment.version == 2


def test_a_customer_specific_contract_can_be_assigned_as_terms(deps: FakeDependencies) -> None:
    announced = deps.library.policy_sets["announced"]
    contract = replace(announced, name="acme-contract")
    with_contract = Library({**deps.library.policy_sets, "acme-contract": contract})
    acme = FakeDependencies(deps.client, library=with_contract)

    assign(acme, {"customer": ACME, "terms": "acme-contract"})

    assert acme.decide(use_request()).reasons[0].policy_set_id == "acme-contract"


@pytest.mark.parametrize(
    "changed", [{"terms": "nowhere"}, {"terms": "house"}, {"guardrails": ["announced"]}]
)
def test_assigning_an_unknown_policy_set_or_kind_is_rejected(
    changed: dict[str, Any], deps: FakeDependencies
) -> None:
    with pytest.raises(InvalidTermsError):
        assign(deps, FORBIDDING_TERMS | changed)

    assert deps.assignments.get(ACME) == DEFAULT_ASSIGNMENT


@pytest.mark.promise(7)
def test_a_caller_assigns_terms_only_to_its_own_customers(deps: FakeDependencies) -> None:
    with pytest.raises(ForbiddenCustomerError):
        assign(FakeDependencies(deps.client, caller=Caller.allowed("operator", "another")))


def test_an_assignment_that_keeps_conflicting_is_unavailable(deps: FakeDependencies) -> None:
    class AlwaysConflicting(AssignmentRepository):
        def assign(self, customer: str, record: AssignmentRecord) -> None:
            raise ConsentChangedError

    conflicting = FakeDependencies(deps.client)
    repository = conflicting.assignments
    conflicting.assignments = AlwaysConflicting(repository.table, repository.default)

    with pytest.raises(UnavailableError):
        assign(conflicting)


INVALID: dict[str, dict[str, Any]] = {
    "capital letters": {"terms": "Zoom"},
    "a path": {"terms": "../house"},
    "a guardrail twice": {"guardrails": ["house", "house"]},
    "a dry run of no guardrail": {"guardrails": [], "dry_run": ["house"]},
    "a delimiter": {"customer": "a#b"},
}


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_assignment_request_is_rejected(case: str) -> None:
    with pytest.raises(InvalidRequestError):
        AssignmentRequest.read(FORBIDDING_TERMS | INVALID[case])

"""A customer's books: from when it is bound, no decision is by those before, retries included."""

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
from consentry.terms.assignment import Assignment
from consentry.terms.assignment_history import AssignmentRecord, AssignmentRequest
from consentry.terms.dynamodb import AssignmentRepository
from consentry.terms.truth_table import Library
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, BOUND, NOW, SECOND, World, asked
from tests.flows.binding import FORBIDDING, Interrupted, assign, named


def test_a_decision_is_by_the_books_that_the_customer_is_bound_to(deps: World) -> None:
    record = assign(deps)

    decision = deps.decide(asked())

    assert record.assignment == Assignment("zoom-terms", ("house",), (), 1)
    assert decision.assignment == record.assignment
    assert {reason.policy_set for reason in decision.reasons} == {"zoom-terms"}
    assert not decision.allows
    assert reevaluate(decision, deps.library) == decision


def test_a_customer_that_was_never_bound_is_bound_by_the_environment(deps: World) -> None:
    decision = deps.decide(asked())

    assert decision.allows
    assert decision.assignment == BOUND


@pytest.mark.parametrize("people", [1, 97, 98, 250], ids=lambda count: f"{count} people")
def test_an_allow_by_the_books_before_is_not_replayed(deps: World, people: int) -> None:
    request = asked(people=named(people))
    assert deps.decide(request).allows
    assign(deps)

    again = deps.decide(request)

    assert (again.allows, again.revision, again.assignment.terms) == (False, 2, "zoom-terms")


@pytest.mark.parametrize("people", [1, 250], ids=lambda count: f"{count} people")
def test_a_binding_in_the_middle_of_a_decision_holds_it_back(deps: World, people: int) -> None:
    request = asked(people=named(people))

    decision = World(Interrupted(deps)).decide(request)

    assert (decision.allows, decision.revision, decision.assignment.version) == (False, 1, 1)


def test_a_screening_is_by_the_books_now_and_an_older_one_is_not_told_again(deps: World) -> None:
    screened = Screened(deps)
    screened.put([row("ann")])
    assert screened.screen().allows
    assign(deps)

    assert not screened.screen().allows
    assert screened.screen(at=NOW + SECOND).revision == 2


def test_a_binding_in_the_middle_of_a_screening_holds_it_back(deps: World) -> None:
    screened = Screened(World(Interrupted(deps)))
    screened.put([row("ann")])

    decision = screened.screen()

    assert (decision.allows, decision.assignment.version) == (False, 1)


def test_the_same_books_again_are_the_same_binding(deps: World) -> None:
    first = assign(deps)
    assert assign(deps, at=NOW + SECOND) == first
    assert assign(deps, FORBIDDING | {"guardrails": []}).assignment.version == 2


def test_a_customers_own_contract_is_a_book_like_any_other(deps: World) -> None:
    announced = deps.library.policy_sets["announced"]
    contract = replace(announced, name="acme-contract")
    own = Library({**deps.library.policy_sets, "acme-contract": contract})
    acme = World(deps.client, library=own)

    assign(acme, {"customer": ACME, "terms": "acme-contract"})

    assert acme.decide(asked()).reasons[0].policy_set == "acme-contract"


@pytest.mark.parametrize(
    "said", [{"terms": "nowhere"}, {"terms": "house"}, {"guardrails": ["announced"]}]
)
def test_what_is_no_book_of_that_kind_binds_nobody(said: dict[str, Any], deps: World) -> None:
    with pytest.raises(InvalidTermsError):
        assign(deps, FORBIDDING | said)

    assert deps.assignments.of(ACME) == BOUND


def test_a_caller_binds_its_own_customers_alone(deps: World) -> None:
    with pytest.raises(ForbiddenCustomerError):
        assign(World(deps.client, caller=Caller.allowed("somebody", "another")))


def test_a_binding_that_keeps_moving_is_unanswered(deps: World) -> None:
    class Moving(AssignmentRepository):
        def assign(self, customer: str, record: AssignmentRecord) -> None:
            raise ConsentChangedError

    moving = World(deps.client)
    table = moving.assignments
    moving.assignments = Moving(table.table, table.default)

    with pytest.raises(UnavailableError):
        assign(moving)


MALFORMED: dict[str, dict[str, Any]] = {
    "capital letters": {"terms": "Zoom"},
    "a path": {"terms": "../house"},
    "a limit twice": {"guardrails": ["house", "house"]},
    "observed, not named": {"guardrails": [], "dry_run": ["house"]},
    "a delimiter": {"customer": "a#b"},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_binding_is_refused(what: str) -> None:
    with pytest.raises(InvalidRequestError):
        AssignmentRequest.read(FORBIDDING | MALFORMED[what])

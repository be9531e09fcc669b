"""No interleaving of a decision with a new assignment allows a use under the replaced terms."""

import pytest

from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.interleaving.actors import Work
from tests.testkit.interleaving.decision_scenarios import (
    AGAIN,
    FIRST,
    GRANTED,
    REGRANT,
    WITHDRAWN,
    Decide,
    decide,
    decision_work,
    granted,
)
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.known_bad_assignments import (
    allow_replayed_without_check,
)
from tests.testkit.interleaving.known_bad_decisions import one_reading_only, stale_assignment
from tests.testkit.interleaving.linearizability import Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

ASSIGNMENT = Work(
    # For a request, an assignment of terms that forbid is like a withdrawal.
    Operation("withdrawal", "assigned", "the policy sets"),
    lambda client, attempt, report: report(
        assign(FakeDependencies(client), at=NOW + attempt * SECOND)
    ),
)


WITHDRAWN_BEFORE = Ledger((GRANTED, WITHDRAWN))


def withdrawn(client: FakeDynamoDB) -> None:
    """The customer granted, and withdrew."""
    granted(client)
    FakeDependencies(client).record(consent_event("withdrawn", "withdrawal"), at=NOW - SECOND)


def scenarios(by: Decide = decide) -> dict[str, Scenario]:
    request, then = decision_work(by=by), (decision_work(by=by), decision_work("r-2", by))
    return {
        "a request during an assignment": Scenario(*FIRST, ((request,), (ASSIGNMENT,)), then),
        "an allowed request again during an assignment": Scenario(
            *AGAIN, ((request,), (ASSIGNMENT,)), then
        ),
        "a request during an assignment, and then the customer grants": Scenario(
            withdrawn, WITHDRAWN_BEFORE, ((request,), (ASSIGNMENT, REGRANT)), then
        ),
        "a request during an assignment while the customer grants": Scenario(
            withdrawn, WITHDRAWN_BEFORE, ((request,), (ASSIGNMENT,), (REGRANT,)), then
        ),
        "an assignment delivered twice at once": Scenario(
            *AGAIN, ((ASSIGNMENT,), (ASSIGNMENT,)), then
        ),
    }


@pytest.mark.promise(2)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_allows_under_replaced_terms(scenario: str) -> None:
    assert Explorer(scenarios()[scenario], 1).schedules() > 30


@pytest.mark.parametrize(
    "variant", [one_reading_only, stale_assignment, allow_replayed_without_check]
)
def test_known_bad_assignment_variants_are_caught(variant: Decide) -> None:
    assert find_violation(scenarios(variant).values(), max_faults=1)

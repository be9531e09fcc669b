"""No interleaving of a decision with a new assignment allows a use under the replaced terms."""

import pytest

from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies
from tests.testkit.interleaving.actors import Work
from tests.testkit.interleaving.decision_scenarios import (
    AGAIN,
    FIRST,
    Decide,
    decide,
    decide_with_epoch_checks,
    decision_work,
)
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.known_bad_assignments import (
    allow_replayed_without_check,
    assignment_not_checked,
)
from tests.testkit.interleaving.linearizability import Operation
from tests.testkit.interleaving.scenario import Scenario

ASSIGNMENT = Work(
    # For a request, an assignment of terms that forbid is like a withdrawal.
    Operation("withdrawal", "assigned", "the policy sets"),
    lambda client, attempt, report: report(
        assign(FakeDependencies(client), at=NOW + attempt * SECOND)
    ),
)


def scenarios(by: Decide = decide) -> dict[str, Scenario]:
    request, then = decision_work(by=by), (decision_work(by=by), decision_work("r-2", by))
    return {
        "a request during an assignment": Scenario(*FIRST, ((request,), (ASSIGNMENT,)), then),
        "an allowed request again during an assignment": Scenario(
            *AGAIN, ((request,), (ASSIGNMENT,)), then
        ),
        "an assignment delivered twice at once": Scenario(
            *AGAIN, ((ASSIGNMENT,), (ASSIGNMENT,)), then
        ),
    }


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "by", [decide, decide_with_epoch_checks], ids=["version checks", "epoch checks"]
)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_allows_under_replaced_terms(
    scenario: str, by: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)

    assert Explorer(scenarios(by)[scenario], 1).schedules() > 30


@pytest.mark.parametrize("variant", [assignment_not_checked, allow_replayed_without_check])
def test_known_bad_assignment_variants_are_caught(variant: Decide) -> None:
    assert find_violation(scenarios(variant).values(), max_faults=1)

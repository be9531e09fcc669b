"""Bound to other books at any moment of a decision, its retries and its faults: never an allow by the old ones."""

from dataclasses import replace
from datetime import datetime

import pytest

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DecisionRepository
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions import decide
from consentry.decisions.idempotency import build_request_record
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import (
    GRANTED,
    Deciding,
    allowed,
    decided,
    decision_work,
    granted,
)
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario


def assignment() -> Work:
    """Bind the customer until it is answered. To who asks, books that forbid are like a withdrawal."""
    return Work(
        Operation("withdrawal", "bound", "the books"),
        lambda client, attempt, report: report(
            assign(FakeDependencies(client), at=NOW + attempt * SECOND)
        ),
    )


def scenarios(by: Deciding = decided) -> dict[str, Scenario]:
    request, then = decision_work(by=by), (decision_work(by=by), decision_work("r-2", by))
    at_first = Ledger((GRANTED,))
    once = Ledger((GRANTED,), (("r-1", ALLOW, 1),))
    return {
        "a request while the customer is bound": Scenario(
            granted, at_first, ((request,), (assignment(),)), then
        ),
        "a request that was allowed, delivered again while the customer is bound": Scenario(
            allowed, once, ((request,), (assignment(),)), then
        ),
        "a customer bound twice at once": Scenario(
            allowed, once, ((assignment(),), (assignment(),)), then
        ),
    }


@pytest.mark.promise(2)
@pytest.mark.parametrize("one_by_one", [98, 1], ids=["by versions", "by epochs"])
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_allows_under_replaced_terms(
    story: str, one_by_one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "MAX_VERSION_CHECKS", one_by_one)
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)

    assert Explorer(scenarios()[story], 1).schedules() > 30


def without_preconditions(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """The vulnerable twin: reads the binding, and commits whatever it has become."""

    class Forgetful(DecisionRepository):
        def commit(self, decision: AuditRow, preconditions: CommitPreconditions) -> None:
            super().commit(decision, replace(preconditions, assignment=None))

    variant = replace(deps)
    variant.decisions = Forgetful(deps.decisions.table, deps.decisions.consent_table)
    report(variant.decide(request, at=at))


def without_recheck(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """The vulnerable twin: an allow is replayed whatever books it was by."""
    earlier = deps.decisions.latest(decided_id(deps, request))
    states = deps.consents.states(ACME, ("customer",))
    if earlier and earlier.allows and states["customer"].version == 1:
        report(earlier)
    else:
        decided(deps, request, at, report)


def decided_id(deps: FakeDependencies, request: DataUseRequest) -> str:
    return build_request_record(request, deps.caller, deps.pseudonyms.key_of(ACME)).decision_id


@pytest.mark.parametrize("variant", [without_preconditions, without_recheck])
def test_known_bad_assignment_variants_are_caught(variant: Deciding) -> None:
    with pytest.raises(Violation):
        explore_all(variant)


def explore_all(by: Deciding) -> None:
    for scenario in scenarios(by).values():
        Explorer(scenario, 1).schedules()

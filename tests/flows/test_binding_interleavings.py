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
from tests.fakes.actors import Tell, Work
from tests.fakes.history import ALLOW, Ledger, Operation
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.situations import Scenario
from tests.fakes.worlds import ACME, NOW, SECOND, World
from tests.flows.binding import assign
from tests.flows.scenarios import GRANTED, Deciding, allowed, decided, deciding, granted


def assignment() -> Work:
    """Bind the customer until it is answered. To who asks, books that forbid are like a withdrawal."""
    return Work(
        Operation("withdrawal", "bound", "the books"),
        lambda client, attempt, tell: tell(assign(World(client), at=NOW + attempt * SECOND)),
    )


def scenarios(by: Deciding = decided) -> dict[str, Scenario]:
    request, then = deciding(by=by), (deciding(by=by), deciding("r-2", by))
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


@pytest.mark.parametrize("one_by_one", [98, 1], ids=["by versions", "by epochs"])
@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_breaks_a_promise(
    story: str, one_by_one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "MOST_CHECKED_ONE_BY_ONE", one_by_one)
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)

    assert Explorer(scenarios()[story], 1).schedules() > 30


def unfenced(deps: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """The vulnerable twin: reads the binding, and commits whatever it has become."""

    class Forgetful(DecisionRepository):
        def commit(self, decision: AuditRow, preconditions: CommitPreconditions) -> None:
            super().commit(decision, replace(preconditions, assignment=None))

    twin = replace(deps)
    twin.decisions = Forgetful(deps.decisions.table, deps.decisions.consent_table)
    tell(twin.decide(request, at=at))


def trusting(deps: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """The vulnerable twin: an allow is replayed whatever books it was by."""
    earlier = deps.decisions.latest(decided_id(deps, request))
    states = deps.consents.states(ACME, ("customer",))
    if earlier and earlier.allows and states["customer"].version == 1:
        tell(earlier)
    else:
        decided(deps, request, at, tell)


def decided_id(deps: World, request: DataUseRequest) -> str:
    return build_request_record(request, deps.caller, deps.pseudonyms.key_of(ACME)).decision_id


@pytest.mark.parametrize("twin", [unfenced, trusting])
def test_a_vulnerable_twin_is_caught(twin: Deciding) -> None:
    with pytest.raises(Violation):
        explore_all(twin)


def explore_all(by: Deciding) -> None:
    for scenario in scenarios(by).values():
        Explorer(scenario, 1).schedules()

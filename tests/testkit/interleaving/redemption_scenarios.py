"""Withdrawals and redemptions at once: what two actors have to get done, on what was before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from consentry.kernel.errors import PermitError
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import Redemption
from consentry.permits.signature import IssuedPermit
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies
from tests.testkit.builders.permits import allowed, presented
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import GRANTED, PERSON, WITHDRAWAL, granted
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

type RedeemFlow = Callable[[FakeDependencies, IssuedPermit, str, datetime, Report], None]


@cache
def screened() -> tuple[ScreeningDecision, IssuedPermit]:
    client = FakeDynamoDB()
    create_tables(client)
    granted(client)
    return allowed(FakeDependencies(client))


def issued(client: FakeDynamoDB) -> None:
    """The customer granted, a manifest was screened, its permit was issued."""
    granted(client)
    assert allowed(FakeDependencies(client)) == screened()


def redeemed_once(client: FakeDynamoDB) -> None:
    """And one run redeemed it."""
    issued(client)
    flow(FakeDependencies(client), screened()[1], "run-1", NOW - SECOND, lambda told: None)


def flow(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """The flow itself."""
    report(through(deps, permit, run_id, at))


def through(
    deps: FakeDependencies,
    permit: IssuedPermit,
    run_id: str,
    at: datetime,
    permits: PermitRepository | None = None,
) -> Redemption:
    redeeming = replace(deps)
    redeeming.permits = permits or deps.permits
    return redeem_permit(
        permit.permit.jti,
        presented(permit, run_id),
        caller=deps.caller,
        at=at,
        deps=redeeming,
    )


def redeeming(run_id: str = "run-1", by: RedeemFlow = flow) -> Work:
    """Deliver a redemption until it is answered; to who asks, it is a request, allowed or denied."""

    def deliver(client: Any, attempt: int, report: Report) -> None:
        try:
            by(FakeDependencies(client), screened()[1], run_id, NOW + attempt * SECOND, report)
        except PermitError as refused:
            report(refused)

    return Work(Operation("decide", run_id), deliver)


BINDING = Work(
    Operation("withdrawal", "bound", "the books"),
    lambda client, attempt, report: report(
        assign(FakeDependencies(client), at=NOW + attempt * SECOND)
    ),
)


def scenarios(by: RedeemFlow = flow) -> dict[str, Scenario]:
    """By their stories; every one ends with the run once more, and a new one."""
    one, then = (redeeming(by=by),), (redeeming(by=by), redeeming("run-2", by))
    first = (issued, Ledger((GRANTED,)))
    again = (redeemed_once, Ledger((GRANTED,), (("run-1", ALLOW, 1),)))
    return {
        "a run while the customer withdraws": Scenario(*first, (one, (WITHDRAWAL,)), then),
        "a run while somebody in the data withdraws": Scenario(*first, (one, (PERSON,)), then),
        "a run that redeemed asks again while the customer withdraws": Scenario(
            *again, (one, (WITHDRAWAL,)), then
        ),
        "a run while the customer is bound to other books": Scenario(*first, (one, (BINDING,)), then),
        "a run delivered twice at once": Scenario(*first, (one, one), (*then, WITHDRAWAL, *then)),
        "two runs at once": Scenario(*first, (one, (redeeming("run-2", by),)), then),
    }  # fmt: skip

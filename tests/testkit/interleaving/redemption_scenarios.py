"""Scenarios of permit redemptions that run concurrently with withdrawals and assignments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from consentry.kernel.errors import PermitError
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import Redemption
from consentry.permits.signature import IssuedPermit
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.permits import allowed, presented
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import GRANTED, PERSON, WITHDRAWAL, granted
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

type Redeem = Callable[[FakeDependencies, IssuedPermit, str, datetime, Report], None]


@cache
def screened() -> tuple[ScreeningDecision, IssuedPermit]:
    client = FakeDynamoDB()
    create_tables(client)
    granted(client)
    return allowed(FakeDependencies(client))


def issued(client: FakeDynamoDB) -> None:
    """The customer granted, a manifest was screened, and its permit was issued."""
    granted(client)
    assert allowed(FakeDependencies(client)) == screened()


def redeemed_once(client: FakeDynamoDB) -> None:
    """The permit was issued, and one run redeemed it."""
    issued(client)
    redeem(FakeDependencies(client), screened()[1], "run-1", NOW - SECOND, lambda answer: None)


def redeem(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """Redeem with the use case."""
    report(through(deps, permit, run_id, at))


def through(
    deps: FakeDependencies,
    permit: IssuedPermit,
    run_id: str,
    at: datetime,
    permits: PermitRepository | None = None,
) -> Redemption:
    variant = replace(deps)
    variant.permits = permits or deps.permits
    return redeem_permit(
        permit.permit.jti,
        presented(permit, run_id),
        caller=deps.caller,
        at=at,
        deps=variant,
    )


def redemption_work(
    run_id: str = "run-1", by: Redeem = redeem, *, first_at: datetime = NOW
) -> Work:
    """Deliver a redemption until it is answered. For the ledger it is a request that is allowed or denied."""

    def deliver(client: Any, attempt: int, report: Report) -> None:
        try:
            by(FakeDependencies(client), screened()[1], run_id, first_at + attempt * SECOND, report)
        except PermitError as error:
            report(error)

    return Work(Operation("decide", run_id), deliver)


ASSIGNMENT = Work(
    Operation("withdrawal", "assigned", "the policy sets"),
    lambda client, attempt, report: report(
        assign(FakeDependencies(client), at=NOW + attempt * SECOND)
    ),
)


LATER = NOW + timedelta(minutes=5)
"""Within the lifetime of the permit."""


def first_grant_work(kind: str, lasts: timedelta) -> Work:
    """A first grant of ann. It counts as an operation of this kind for a redemption that is LATER."""
    until = (NOW + lasts).isoformat()
    event = consent_event("first", "grant", person="ann", until=until)
    return Work(
        Operation(kind, "first", "ann"),
        lambda client, _, report: report(FakeDependencies(client).record(event, at=NOW)),
    )


def first_grant_scenarios() -> dict[str, Scenario]:
    """A run while ann, who never answered, grants for a short or a long time."""
    one, then = (redemption_work(first_at=LATER),), (redemption_work("run-2", first_at=LATER),)
    first = (issued, Ledger((GRANTED,)))
    short = first_grant_work("withdrawal", timedelta(minutes=1))
    long = first_grant_work("grant", timedelta(days=1))
    return {
        "until the run": Scenario(*first, (one, (short,)), then),
        "for a day": Scenario(*first, (one, (long,)), then),
    }


def scenarios(by: Redeem = redeem) -> dict[str, Scenario]:
    """Two actors at once. At the end of each the run redeems again, and a new run."""
    one, then = (redemption_work(by=by),), (redemption_work(by=by), redemption_work("run-2", by))
    first = (issued, Ledger((GRANTED,)))
    again = (redeemed_once, Ledger((GRANTED,), (("run-1", ALLOW, 1),)))
    return {
        "a run while the customer withdraws": Scenario(*first, (one, (WITHDRAWAL,)), then),
        "a run while a person in the data withdraws": Scenario(*first, (one, (PERSON,)), then),
        "a run redeems again while the customer withdraws": Scenario(
            *again, (one, (WITHDRAWAL,)), then
        ),
        "a run during an assignment": Scenario(*first, (one, (ASSIGNMENT,)), then),
        "a run delivered twice at once": Scenario(*first, (one, one), (*then, WITHDRAWAL, *then)),
        "two runs at once": Scenario(*first, (one, (redemption_work("run-2", by),)), then),
    }  # fmt: skip

"""Withdrawals and decisions at once: what two actors have to get done, on what was before."""

from collections.abc import Callable
from datetime import datetime

from consentry.consent.consent_event import ConsentEvent
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import (
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    asked,
    consent_event,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

type Deciding = Callable[[FakeDependencies, DataUseRequest, datetime, Report], None]

GRANTED = Operation("grant", "granted")
WITHDRAWN = Operation("withdrawal", "withdrawn")


def decided(deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report) -> None:
    """The flow itself."""
    report(deps.decide(request, at=at))


def decision_work(request_id: str = "r-1", by: Deciding = decided) -> Work:
    """Deliver a request until it is answered; each delivery has a later clock."""
    request = asked(request_id)
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, report: by(
            FakeDependencies(client), request, NOW + attempt * SECOND, report
        ),
    )


def consent_event_work(what: ConsentEvent) -> Work:
    """Deliver an act until it is answered."""
    return Work(
        Operation(str(what.kind), what.consent_event_id, what.person or "customer"),
        lambda client, attempt, report: report(
            FakeDependencies(client).record(what, at=NOW + attempt * SECOND)
        ),
    )


def granted(client: FakeDynamoDB) -> None:
    """The customer granted."""
    FakeDependencies(client).grant()


def allowed(client: FakeDynamoDB) -> None:
    """The customer granted, and the request was allowed once."""
    granted(client)
    FakeDependencies(client).decide(asked(), at=NOW - SECOND)


def allowed_then_withdrawn(client: FakeDynamoDB) -> None:
    """The request was allowed once; since then the customer withdrew."""
    allowed(client)
    FakeDependencies(client).record(consent_event("withdrawn", "withdrawal"), at=NOW - SECOND)


WITHDRAWAL = consent_event_work(consent_event("withdrawn", "withdrawal"))
PERSON = consent_event_work(consent_event("annes", "withdrawal", person="ann"))
REGRANT = consent_event_work(
    consent_event("again", "grant", form_id=FORM_SHA256, signature="click")
)

AT_FIRST = Ledger((GRANTED,))
ONCE = Ledger((GRANTED,), (("r-1", ALLOW, 1),))
OVER = Ledger((GRANTED, WITHDRAWN), (("r-1", ALLOW, 1),))

FIRST, AGAIN = (granted, AT_FIRST), (allowed, ONCE)


def scenarios(by: Deciding = decided) -> dict[str, Scenario]:
    """By their stories; every one ends with the request once more, and a new one."""
    ask, then = decision_work(by=by), (decision_work(by=by), decision_work("r-2", by))
    once, twice, withdraws, follows = (ask,), (ask, ask), (WITHDRAWAL,), (WITHDRAWAL, REGRANT)
    delivered_twice = Scenario(*FIRST, (once, once), (*then, WITHDRAWAL, *then))
    late = Scenario(allowed_then_withdrawn, OVER, (once, once), then)
    return {
        "a request while the customer withdraws": Scenario(*FIRST, (once, withdraws), then),
        "a request while somebody in the data withdraws": Scenario(*FIRST, (once, (PERSON,)), then),
        "an allowed request again while the customer withdraws": Scenario(
            *AGAIN, (once, withdraws), then
        ),
        "a request and its redelivery while the customer withdraws": Scenario(
            *FIRST, (twice, withdraws), then
        ),
        "a request while the customer withdraws and grants again": Scenario(
            *FIRST, (once, follows), then
        ),
        "a request delivered twice at once": delivered_twice,
        "an allowed request delivered twice at once after the withdrawal": late,
        "a withdrawal delivered twice at once": Scenario(*AGAIN, (withdraws, withdraws), then),
        "two acts of one party at once": Scenario(*AGAIN, (withdraws, (REGRANT,)), then),
        "acts of two parties at once": Scenario(*AGAIN, (withdraws, (PERSON,)), then),
    }


def three_actor_scenarios(by: Deciding = decided) -> dict[str, Scenario]:
    """Three actors at once."""
    once, then = (decision_work(by=by),), (decision_work(by=by), decision_work("r-2", by))
    withdraws = (WITHDRAWAL,)
    return {
        "a request delivered twice at once while the customer withdraws": Scenario(
            *FIRST, (once, once, withdraws), then
        ),
        "an allowed request delivered twice at once while the customer withdraws": Scenario(
            *AGAIN, (once, once, withdraws), then
        ),
        "a request while the customer and somebody in the data withdraw": Scenario(
            *FIRST, (once, withdraws, (PERSON,)), then
        ),
    }

"""Scenarios of decisions that run concurrently with withdrawals and grants."""

from collections.abc import Callable
from datetime import datetime

from consentry.consent.consent_event import ConsentEvent
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import (
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

type Decide = Callable[[FakeDependencies, DataUseRequest, datetime, Report], None]

GRANTED = Operation("grant", "granted")
WITHDRAWN = Operation("withdrawal", "withdrawn")


def decide(deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report) -> None:
    """Decide with the use case."""
    report(deps.decide(request, at=at))


def decision_work(request_id: str = "r-1", by: Decide = decide) -> Work:
    """Deliver a request until it is answered; each delivery has a later clock."""
    request = use_request(request_id)
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, report: by(
            FakeDependencies(client), request, NOW + attempt * SECOND, report
        ),
    )


def consent_event_work(event: ConsentEvent) -> Work:
    """Deliver a consent event until it is answered."""
    return Work(
        Operation(str(event.kind), event.consent_event_id, event.person or "customer"),
        lambda client, attempt, report: report(
            FakeDependencies(client).record(event, at=NOW + attempt * SECOND)
        ),
    )


def granted(client: FakeDynamoDB) -> None:
    """The customer granted."""
    FakeDependencies(client).grant()


def allowed(client: FakeDynamoDB) -> None:
    """The customer granted, and the request was allowed once."""
    granted(client)
    FakeDependencies(client).decide(use_request(), at=NOW - SECOND)


def allowed_then_withdrawn(client: FakeDynamoDB) -> None:
    """The request was allowed once, then the customer withdrew."""
    allowed(client)
    FakeDependencies(client).record(consent_event("withdrawn", "withdrawal"), at=NOW - SECOND)


def ann_withdrew(client: FakeDynamoDB) -> None:
    """The customer granted, and Ann withdrew."""
    granted(client)
    FakeDependencies(client).record(ANN_WITHDREW, at=NOW - SECOND)


WITHDRAWAL = consent_event_work(consent_event("withdrawn", "withdrawal"))
ANN_WITHDREW = consent_event("ann-withdrew", "withdrawal", person="ann")
ANN_GRANTS = consent_event_work(
    consent_event("ann-grants", "grant", person="ann", form_id=FORM_SHA256, signature="click")
)
PERSON = consent_event_work(consent_event("annes", "withdrawal", person="ann"))
REGRANT = consent_event_work(
    consent_event("again", "grant", form_id=FORM_SHA256, signature="click")
)

GRANTED_LEDGER = Ledger((GRANTED,))
ALLOWED_LEDGER = Ledger((GRANTED,), (("r-1", ALLOW, 1),))
WITHDRAWN_LEDGER = Ledger((GRANTED, WITHDRAWN), (("r-1", ALLOW, 1),))

ANN_WITHDREW_LEDGER = Ledger((GRANTED, Operation("withdrawal", "ann-withdrew", "ann")))

FIRST, AGAIN = (granted, GRANTED_LEDGER), (allowed, ALLOWED_LEDGER)


def scenarios(by: Decide = decide) -> dict[str, Scenario]:
    """Two actors at once. At the end of each the request is decided again, and a new one."""
    ask, then = decision_work(by=by), (decision_work(by=by), decision_work("r-2", by))
    once, twice, withdraw = (ask,), (ask, ask), (WITHDRAWAL,)
    return {
        "a request while the customer withdraws": Scenario(*FIRST, (once, withdraw), then),
        "a request while a person in the data withdraws": Scenario(*FIRST, (once, (PERSON,)), then),
        "an allowed request again while the customer withdraws": Scenario(
            *AGAIN, (once, withdraw), then
        ),
        "a request and its redelivery while the customer withdraws": Scenario(
            *FIRST, (twice, withdraw), then
        ),
        "a request while the customer withdraws and grants again": Scenario(
            *FIRST, (once, (WITHDRAWAL, REGRANT)), then
        ),
        "a request while the customer withdraws, and then a person grants": Scenario(
            ann_withdrew, ANN_WITHDREW_LEDGER, (once, (WITHDRAWAL, ANN_GRANTS)), then
        ),
        "a request delivered twice at once": Scenario(
            *FIRST, (once, once), (*then, WITHDRAWAL, *then)
        ),
        "an allowed request delivered twice at once after the withdrawal": Scenario(
            allowed_then_withdrawn, WITHDRAWN_LEDGER, (once, once), then
        ),
        "a withdrawal delivered twice at once": Scenario(*AGAIN, (withdraw, withdraw), then),
        "two consent events of one party at once": Scenario(*AGAIN, (withdraw, (REGRANT,)), then),
        "consent events of two parties at once": Scenario(*AGAIN, (withdraw, (PERSON,)), then),
    }


def three_actor_scenarios(by: Decide = decide) -> dict[str, Scenario]:
    """Three actors at once."""
    once, then = (decision_work(by=by),), (decision_work(by=by), decision_work("r-2", by))
    withdraw = (WITHDRAWAL,)
    return {
        "a request delivered twice at once while the customer withdraws": Scenario(
            *FIRST, (once, once, withdraw), then
        ),
        "an allowed request delivered twice at once while the customer withdraws": Scenario(
            *AGAIN, (once, once, withdraw), then
        ),
        "a request while the customer and a person in the data withdraw": Scenario(
            *FIRST, (once, withdraw, (PERSON,)), then
        ),
        "a request while the customer withdraws and a person grants": Scenario(
            ann_withdrew, ANN_WITHDREW_LEDGER, (once, withdraw, (ANN_GRANTS,)), then
        ),
        "two requests while the customer withdraws": Scenario(
            *FIRST, (once, (decision_work("r-2", by),), withdraw), then
        ),
        "a request while the customer withdraws and grants again, delivered twice at once": Scenario(
            *FIRST, (once, once, (WITHDRAWAL, REGRANT)), then
        ),
    }

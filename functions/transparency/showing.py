"""What the transparency door may be asked, and how it reads the log with the environment's stores."""

import os
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from consentry.aws.stores import open_stores
from consentry.domain.callers import Caller
from consentry.domain.contract import Id, Moment
from consentry.domain.decision.judgement import Outcome
from consentry.domain.log.log_row import DecisionPage, LogRow
from consentry.flows import show_decisions as flow

Customer = Annotated[Id, Query()]
Since = Annotated[Moment, Query(alias="from")]
Outcomes = Annotated[Outcome | None, Query()]
Limit = Annotated[int, Query(ge=1, le=100)]
Page = Annotated[str | None, Query(max_length=2000)]


def listed(
    customer: str,
    *,
    since: Since,
    outcome: Outcome | None,
    limit: int,
    page: str | None,
    caller: Caller,
) -> DecisionPage:
    """A page of a customer's decisions."""
    return flow.list_decisions(
        customer,
        since=since,
        outcome=outcome,
        limit=limit,
        page=page,
        caller=caller,
        world=open_stores(os.environ),
    )


def shown(decision_id: str, caller: Caller) -> LogRow:
    """One decision."""
    return flow.show_decision(decision_id, caller=caller, world=open_stores(os.environ))


def used(customer: str, *, limit: int, page: str | None, caller: Caller) -> flow.UsePage:
    """A page of the uses of a customer's data."""
    world = open_stores(os.environ)
    return flow.list_uses(customer, limit=limit, page=page, caller=caller, world=world)

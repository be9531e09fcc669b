"""Transparency over HTTP: what was asked of a customer's data, what was answered, and why."""

import os
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws.stores import open_stores
from consentry.domain.contract import Id, Moment
from consentry.domain.judgement import Outcome
from consentry.domain.log_row import DecisionPage, LogRow
from consentry.flows.show_decisions import (
    BEGINNING,
    UsePage,
    list_decisions,
    list_uses,
    show_decision,
)
from functions.http import caller_of, logger, open_app

app = open_app()

Limit = Annotated[int, Query(ge=1, le=100)]
Page = Annotated[str | None, Query(max_length=2000)]


@app.get("/decisions")
def decisions(
    customer: Annotated[Id, Query()],
    since: Annotated[Moment, Query(alias="from")] = BEGINNING,
    outcome: Annotated[Outcome | None, Query()] = None,
    limit: Limit = 50,
    page: Page = None,
) -> DecisionPage:
    """A customer's decisions, oldest first."""
    return list_decisions(
        customer,
        since=since,
        outcome=outcome,
        limit=limit,
        page=page,
        caller=caller_of(app),
        history=open_stores(os.environ).history,
    )


@app.get("/decisions/<decision_id>")
def decision(decision_id: str) -> LogRow:
    """One decision, with all that is needed to compute it again."""
    stores = open_stores(os.environ)
    return show_decision(decision_id, caller=caller_of(app), decisions=stores.decisions)


@app.get("/customers/<customer>/uses")
def uses(customer: Id, limit: Limit = 100, page: Page = None) -> UsePage:
    """What was asked of a customer's data, allowed or not, for which model, and why."""
    history = open_stores(os.environ).history
    return list_uses(customer, limit=limit, page=page, caller=caller_of(app), history=history)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an HTTP API event of payload format 2.0."""
    return app.resolve(event, context)

"""HTTP: the decisions on a customer's data, and the uses that were requested."""

import os
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from consentry.audit import queries
from consentry.audit.audit_row import BEGINNING, AuditRow, DecisionPage
from consentry.audit.open import AuditDependencies
from consentry.audit.queries import UsePage
from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import Permission
from consentry.kernel.schema import UtcDatetime
from functions.adapters.api_gateway import Api, Limit, Page, PathCustomerToken, PathId

app = Api("audit")
handle = app.handle

Since = Annotated[UtcDatetime, Query(alias="from", description="Decisions from this moment on.")]
OutcomeFilter = Annotated[Outcome | None, Query(description="Only decisions with this outcome.")]


@app.endpoint("GET /customers/{customer}/decisions", "List a customer's decisions", Permission.READ)
def list_decisions(
    customer: PathId,
    since: Since = BEGINNING,
    outcome: OutcomeFilter = None,
    limit: Limit = 50,
    page: Page = None,
) -> DecisionPage:
    """A customer's decisions, oldest first. The list may lag behind the log for a moment."""
    caller, deps = app.authenticate(), AuditDependencies.open(os.environ)
    return queries.list_decisions(
        customer, since=since, outcome=outcome, limit=limit, page=page, caller=caller, deps=deps
    )


@app.endpoint(
    "GET /customers/{customer}/decisions/{decision_id}", "Show one decision", Permission.READ
)
def get_decision(customer: PathId, decision_id: PathCustomerToken) -> AuditRow:
    """The latest revision of a decision, with everything that is needed to compute it again."""
    caller = app.authorize(customer, decision_id, "decision")
    return queries.get_decision(decision_id, caller=caller, deps=AuditDependencies.open(os.environ))


@app.endpoint(
    "GET /customers/{customer}/uses",
    "List the requested uses of a customer's data",
    Permission.READ,
)
def list_uses(customer: PathId, limit: Limit = 100, page: Page = None) -> UsePage:
    """The uses that were requested of a customer's data: for which model, with which outcome, and why."""
    caller, deps = app.authenticate(), AuditDependencies.open(os.environ)
    return queries.list_uses(customer, limit=limit, page=page, caller=caller, deps=deps)

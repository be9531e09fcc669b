"""Transparency over HTTP: what was asked of a customer's data, what was answered, and why."""

from consentry.audit.audit_row import AuditRow, DecisionPage
from consentry.audit.queries import BEGINNING, UsePage
from functions.adapters.api_gateway import PathCustomerToken, PathId, caller_of, create_app
from functions.audit import queries
from functions.audit.queries import Customer, Limit, OutcomeFilter, Page, Since

app, handle = create_app()


@app.get("/decisions")
def decisions(
    customer: Customer,
    since: Since = BEGINNING,
    outcome: OutcomeFilter = None,
    limit: Limit = 50,
    page: Page = None,
) -> DecisionPage:
    """A customer's decisions, oldest first."""
    return queries.listed(
        customer, since=since, outcome=outcome, limit=limit, page=page, caller=caller_of(app)
    )


@app.get("/decisions/<decision_id>")
def decision(decision_id: PathCustomerToken) -> AuditRow:
    """One decision, with all that is needed to compute it again."""
    return queries.shown(decision_id, caller_of(app))


@app.get("/customers/<customer>/uses")
def uses(customer: PathId, limit: Limit = 100, page: Page = None) -> UsePage:
    """What was asked of a customer's data, allowed or not, for which model, and why."""
    return queries.used(customer, limit=limit, page=page, caller=caller_of(app))

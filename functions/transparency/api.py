"""Transparency over HTTP: what was asked of a customer's data, what was answered, and why."""

from consentry.audit.audit_row import AuditRow, DecisionPage
from consentry.audit.queries import BEGINNING, UsePage
from functions.http import PathId, PathToken, caller_of, open_door
from functions.transparency import showing
from functions.transparency.showing import Customer, Limit, Outcomes, Page, Since

app, handle = open_door()


@app.get("/decisions")
def decisions(
    customer: Customer,
    since: Since = BEGINNING,
    outcome: Outcomes = None,
    limit: Limit = 50,
    page: Page = None,
) -> DecisionPage:
    """A customer's decisions, oldest first."""
    return showing.listed(
        customer, since=since, outcome=outcome, limit=limit, page=page, caller=caller_of(app)
    )


@app.get("/decisions/<decision_id>")
def decision(decision_id: PathToken) -> AuditRow:
    """One decision, with all that is needed to compute it again."""
    return showing.shown(decision_id, caller_of(app))


@app.get("/customers/<customer>/uses")
def uses(customer: PathId, limit: Limit = 100, page: Page = None) -> UsePage:
    """What was asked of a customer's data, allowed or not, for which model, and why."""
    return showing.used(customer, limit=limit, page=page, caller=caller_of(app))

"""What the transparency door may be asked, and how it reads the log with the environment's stores."""

import os
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from consentry.audit import queries as flow
from consentry.audit.audit_row import AuditRow, DecisionPage
from consentry.audit.open import AuditDependencies
from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import Caller
from consentry.kernel.schema import Id, UtcDatetime

Customer = Annotated[Id, Query()]
Since = Annotated[UtcDatetime, Query(alias="from")]
OutcomeFilter = Annotated[Outcome | None, Query()]
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
        deps=AuditDependencies.open(os.environ),
    )


def shown(decision_id: str, caller: Caller) -> AuditRow:
    """One decision."""
    return flow.get_decision(decision_id, caller=caller, deps=AuditDependencies.open(os.environ))


def used(customer: str, *, limit: int, page: str | None, caller: Caller) -> flow.UsePage:
    """A page of the uses of a customer's data."""
    deps = AuditDependencies.open(os.environ)
    return flow.list_uses(customer, limit=limit, page=page, caller=caller, deps=deps)

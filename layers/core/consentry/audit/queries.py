"""Queries of the decision log: which uses of a customer's data were requested, their outcomes and reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from operator import attrgetter

from consentry.audit.audit_row import BEGINNING, AuditRow, DecisionPage
from consentry.audit.open import AuditDependencies
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome, Reason
from consentry.decisions.inputs import Facts
from consentry.decisions.response import deciding_reasons
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import customer_of
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Service
from consentry.manifests.model import RowOutcome


@dataclass(frozen=True, slots=True)
class RequestedUse:
    """A use that was requested: of which data, for which model, with which outcome and deciding rules.

    `count` is how many decisions were the same; `last_at` is the moment of the last one.
    """

    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    outcome: Outcome
    rules: tuple[str, ...]
    explanations: tuple[str, ...]
    count: int
    last_at: datetime


_WITHOUT_TIME = attrgetter("operation", "service", "model_owner", "data", "outcome", "rules")


@dataclass(frozen=True, slots=True)
class UsePage:
    """The uses in some of a customer's decisions, and the token of the next page (None: this is the last)."""

    uses: tuple[RequestedUse, ...]
    next_page: str | None


def get_decision(decision_id: str, *, caller: Caller, deps: AuditDependencies) -> AuditRow:
    """The last revision of a decision. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer_of(decision_id), Permission.READ)
    decision = deps.decisions.latest(decision_id)
    if decision is None:
        raise NotFoundError("decision")
    return decision


def list_decisions(
    customer: str,
    *,
    since: datetime = BEGINNING,
    outcome: Outcome | None = None,
    limit: int,
    page: str | None,
    caller: Caller,
    deps: AuditDependencies,
) -> DecisionPage:
    """A page of a customer's decisions, oldest first. Raises ForbiddenCustomerError."""
    caller.require(customer, Permission.READ)
    return deps.decisions.list(customer, since=since, outcome=outcome, limit=limit, page=page)


def list_uses(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: AuditDependencies
) -> UsePage:
    """The uses that were requested, from one page of the decisions; raises what `list_decisions` raises."""
    found = list_decisions(customer, limit=limit, page=page, caller=caller, deps=deps)
    # Oldest first: if a decision and its revision are on this page, only the revision counts.
    last_revisions = {row.decision_id: row for row in found.decisions}
    uses = chain.from_iterable(map(_uses_in, last_revisions.values()))
    groups: dict[object, list[RequestedUse]] = {}
    for use in uses:
        groups.setdefault(_WITHOUT_TIME(use), []).append(use)
    return UsePage(
        tuple(
            replace(max(same, key=attrgetter("last_at")), count=len(same))
            for same in groups.values()
        ),
        found.next_page,
    )


def _uses_in(row: AuditRow) -> Iterator[RequestedUse]:
    if isinstance(row, Decision):
        yield _requested_use(row.facts, row.reasons, row.at, allows=row.allows)
        return
    for pattern in row.row_patterns:  # A screening decides once for each row pattern.
        allows = row.allows and pattern.row_outcome is RowOutcome.ADMITTED
        yield _requested_use(pattern.facts, pattern.reasons, row.at, allows=allows)


def _requested_use(
    facts: Facts, reasons: tuple[Reason, ...], at: datetime, *, allows: bool
) -> RequestedUse:
    deciding = deciding_reasons(reasons, allows=allows)
    return RequestedUse(
        operation=facts.operation,
        service=facts.service,
        model_owner=facts.model_owner,
        data=facts.data,
        outcome=Outcome.ALLOW if allows else Outcome.DENY,
        rules=tuple(rule for reason in deciding for rule in reason.rules),
        explanations=tuple(text for reason in deciding for text in reason.explanations),
        count=1,
        last_at=at,
    )

"""Queries of the decision log: which uses of a customer's data were requested, their outcomes and reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.audit.audit_row import AuditRow, DecisionPage
from consentry.audit.open import AuditDependencies
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome, Reason
from consentry.decisions.inputs import Facts
from consentry.decisions.response import deciding_reasons
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import customer_of
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Service
from consentry.manifests.model import RowOutcome

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class UsePage:
    """The uses in some of a customer's decisions, and the token of the next page (None: this is the last)."""

    uses: tuple[RequestedUse, ...]
    next_page: str | None


def get_decision(decision_id: str, *, caller: Caller, deps: AuditDependencies) -> AuditRow:
    """The last revision of a decision.

    ForbiddenCustomerError if the customer in the id is not the caller's: this is checked before
    anything is read. NotFoundError if there is no such decision.
    """
    caller.require(customer_of(decision_id))
    decision = deps.decisions.latest(decision_id)
    if decision is None:
        raise NotFoundError("decision")
    return decision


def list_decisions(
    customer: str,
    *,
    since: datetime,
    outcome: Outcome | None,
    limit: int,
    page: str | None,
    caller: Caller,
    deps: AuditDependencies,
) -> DecisionPage:
    """A page of a customer's decisions, oldest first; ForbiddenCustomerError if it is not the caller's."""
    caller.require(customer)
    return deps.decisions.list(
        customer,
        since=since.isoformat(timespec="microseconds"),
        outcome=outcome,
        limit=limit,
        page=page,
    )


def list_uses(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: AuditDependencies
) -> UsePage:
    """The uses that were requested of a customer's data, from one page of its decisions."""
    found = list_decisions(
        customer,
        since=BEGINNING,
        outcome=None,
        limit=limit,
        page=page,
        caller=caller,
        deps=deps,
    )
    # Oldest first: if a decision and its revision are on this page, only the revision counts.
    last_revisions = {row.decision_id: row for row in found.decisions}
    return UsePage(group_uses(last_revisions.values()), found.next_page)


def group_uses(decisions: Iterable[AuditRow]) -> tuple[RequestedUse, ...]:
    """The uses in these decisions; equal uses with the same outcome and rules are one."""
    groups: dict[tuple[object, ...], list[_DecidedUse]] = {}
    for use in (use for row in decisions for use in _decided_uses(row)):
        facts = use.facts
        key = (
            *(facts.operation, facts.service, facts.model_owner, facts.data),
            *(use.outcome, use.rules),
        )
        groups.setdefault(key, []).append(use)
    return tuple(_requested_use(group) for group in groups.values())


@dataclass(frozen=True, slots=True)
class _DecidedUse:
    """One use in one decision, with the reasons that decided."""

    facts: Facts
    outcome: Outcome
    reasons: tuple[Reason, ...]
    at: datetime

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(rule for reason in self.reasons for rule in reason.rules)


def _decided_uses(row: AuditRow) -> Iterator[_DecidedUse]:
    if isinstance(row, Decision):
        reasons = deciding_reasons(row.reasons, allows=row.allows)
        yield _DecidedUse(row.facts, row.outcome, reasons, row.at)
        return
    for pattern in row.row_patterns:  # A screening decides once for each row pattern.
        allows = row.allows and pattern.row_outcome is RowOutcome.ADMITTED
        outcome = Outcome.ALLOW if allows else Outcome.DENY
        reasons = deciding_reasons(pattern.reasons, allows=allows)
        yield _DecidedUse(pattern.facts, outcome, reasons, row.at)


def _requested_use(group: list[_DecidedUse]) -> RequestedUse:
    last = max(group, key=lambda use: use.at)
    return RequestedUse(
        operation=last.facts.operation,
        service=last.facts.service,
        model_owner=last.facts.model_owner,
        data=last.facts.data,
        outcome=last.outcome,
        rules=last.rules,
        explanations=tuple(text for reason in last.reasons for text in reason.explanations),
        count=len(group),
        last_at=last.at,
    )

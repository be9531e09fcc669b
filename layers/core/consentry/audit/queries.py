"""Transparency: what was asked of a customer's data, what was answered, and why."""

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
    """One kind of use that was asked for: of which data, on whose model, with which answer and rules."""

    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    outcome: Outcome
    rules: tuple[str, ...]
    explanation: tuple[str, ...]
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class UsePage:
    """The uses in some of a customer's decisions, and where the next page begins."""

    uses: tuple[RequestedUse, ...]
    next_page: str | None


def get_decision(decision_id: str, *, caller: Caller, deps: AuditDependencies) -> AuditRow:
    """The last revision of a decision; whose it is, is checked before anything is looked up."""
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
    """A customer's decisions from a moment on; ForbiddenCustomerError if not the caller's."""
    caller.require(customer)
    return deps.decisions.of_customer(
        customer,
        since=since.isoformat(timespec="microseconds"),
        outcome=outcome,
        limit=limit,
        page=page,
    )


def uses_of(decisions: Iterable[AuditRow]) -> tuple[RequestedUse, ...]:
    """The decisions, those on the same use with the same answer for the same reasons together."""
    alike: dict[tuple[object, ...], list[_Answered]] = {}
    for each in (answered for row in decisions for answered in _answered(row)):
        facts = each.facts
        rules = tuple(rule for reason in each.deciding_reasons for rule in reason.rules)
        key = (facts.operation, facts.service, facts.model_owner, facts.data, each.outcome, rules)
        alike.setdefault(key, []).append(each)
    return tuple(_use(group) for group in alike.values())


def list_uses(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: AuditDependencies
) -> UsePage:
    """What was asked of a customer's data, allowed or not, a page of decisions at a time."""
    found = list_decisions(
        customer,
        since=BEGINNING,
        outcome=None,
        limit=limit,
        page=page,
        caller=caller,
        deps=deps,
    )
    # Oldest first: of a decision and its revision on one page, the revision is the last word.
    last = {row.decision_id: row for row in found.decisions}
    return UsePage(uses_of(last.values()), found.next_page)


@dataclass(frozen=True, slots=True)
class _Answered:
    """One kind of use in one decision."""

    facts: Facts
    outcome: Outcome
    reasons: tuple[Reason, ...]
    at: datetime

    @property
    def deciding_reasons(self) -> tuple[Reason, ...]:
        return deciding_reasons(self.reasons, allows=self.outcome is Outcome.ALLOW)


def _answered(row: AuditRow) -> Iterator[_Answered]:
    if isinstance(row, Decision):
        yield _Answered(row.facts, row.outcome, row.reasons, row.at)
        return
    for row_pattern in row.row_patterns:  # A screening asks once for each kind of rows.
        allowed = row.allows and row_pattern.row_outcome is RowOutcome.ADMITTED
        outcome = Outcome.ALLOW if allowed else Outcome.DENY
        yield _Answered(row_pattern.facts, outcome, row_pattern.reasons, row.at)


def _use(alike: list[_Answered]) -> RequestedUse:
    last = max(alike, key=lambda answered: answered.at)
    return RequestedUse(
        operation=last.facts.operation,
        service=last.facts.service,
        model_owner=last.facts.model_owner,
        data=last.facts.data,
        outcome=last.outcome,
        rules=tuple(rule for reason in last.deciding_reasons for rule in reason.rules),
        explanation=tuple(
            words for reason in last.deciding_reasons for words in reason.explanation
        ),
        times=len(alike),
        last_at=last.at,
    )

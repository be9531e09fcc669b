"""Transparency: what was asked of a customer's data, what was answered, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.domain.callers import Caller
from consentry.domain.decision.answer import decisive
from consentry.domain.decision.decision import Decision
from consentry.domain.decision.evidence import Facts
from consentry.domain.decision.judgement import Finding, Outcome
from consentry.domain.errors import NotFoundError
from consentry.domain.log.log_row import DecisionPage, LogRow
from consentry.domain.manifests.manifest import Placement
from consentry.domain.naming import customer_of
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Service
from consentry.flows.worlds import WithDecisions, WithHistory

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UseAsked:
    """One kind of use that was asked for: of which data, on whose model, with which answer and rules."""

    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    outcome: Outcome
    rules: tuple[str, ...]
    says: tuple[str, ...]
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class UsePage:
    """The uses in some of a customer's decisions, and where the next page begins."""

    uses: tuple[UseAsked, ...]
    next_page: str | None


def show_decision(decision_id: str, *, caller: Caller, world: WithDecisions) -> LogRow:
    """The last revision of a decision; whose it is, is checked before anything is looked up."""
    caller.require(customer_of(decision_id))
    decision = world.decisions.latest(decision_id)
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
    world: WithHistory,
) -> DecisionPage:
    """A customer's decisions from a moment on; ForeignCustomerError if not the caller's."""
    caller.require(customer)
    return world.history.of_customer(
        customer,
        since=since.isoformat(timespec="microseconds"),
        outcome=outcome,
        limit=limit,
        page=page,
    )


def uses_of(decisions: Iterable[LogRow]) -> tuple[UseAsked, ...]:
    """The decisions, those on the same use with the same answer for the same reasons together."""
    alike: dict[tuple[object, ...], list[_Answered]] = {}
    for each in (answered for row in decisions for answered in _answered(row)):
        facts = each.facts
        rules = tuple(rule for finding in each.reasons for rule in finding.rules)
        key = (facts.operation, facts.service, facts.model_owner, facts.data, each.outcome, rules)
        alike.setdefault(key, []).append(each)
    return tuple(_use(group) for group in alike.values())


def list_uses(
    customer: str, *, limit: int, page: str | None, caller: Caller, world: WithHistory
) -> UsePage:
    """What was asked of a customer's data, allowed or not, a page of decisions at a time."""
    found = list_decisions(
        customer,
        since=BEGINNING,
        outcome=None,
        limit=limit,
        page=page,
        caller=caller,
        world=world,
    )
    # Oldest first: of a decision and its revision on one page, the revision is the last word.
    last = {row.decision_id: row for row in found.decisions}
    return UsePage(uses_of(last.values()), found.next_page)


@dataclass(frozen=True, slots=True)
class _Answered:
    """One kind of use in one decision."""

    facts: Facts
    outcome: Outcome
    findings: tuple[Finding, ...]
    at: datetime

    @property
    def reasons(self) -> tuple[Finding, ...]:
        return decisive(self.findings, allows=self.outcome is Outcome.ALLOW)


def _answered(row: LogRow) -> Iterator[_Answered]:
    if isinstance(row, Decision):
        yield _Answered(row.facts, row.outcome, row.findings, row.at)
        return
    for kind in row.kinds:  # A screening asks once for each kind of rows.
        allowed = row.allows and kind.placement is Placement.ADMITTED
        outcome = Outcome.ALLOW if allowed else Outcome.DENY
        yield _Answered(kind.facts, outcome, kind.findings, row.at)


def _use(alike: list[_Answered]) -> UseAsked:
    last = max(alike, key=lambda answered: answered.at)
    return UseAsked(
        operation=last.facts.operation,
        service=last.facts.service,
        model_owner=last.facts.model_owner,
        data=last.facts.data,
        outcome=last.outcome,
        rules=tuple(rule for finding in last.reasons for rule in finding.rules),
        says=tuple(words for finding in last.reasons for words in finding.says),
        times=len(alike),
        last_at=last.at,
    )

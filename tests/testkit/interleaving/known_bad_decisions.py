"""Ways to decide that look right and are wrong. The explorer must catch each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.status import PartyState
from consentry.decisions.idempotency import build_request_record
from consentry.kernel.requests import DataUseRequest
from consentry.terms.assignment import Assignment
from consentry.terms.dynamodb import AssignmentRepository
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.interleaving.actors import Report


def with_repositories(deps: FakeDependencies, **repositories: Any) -> FakeDependencies:
    """A copy of the dependencies with other repositories."""
    variant = replace(deps)
    vars(variant).update(repositories)
    return variant


def answered_before_logged(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Answer first, so that no caller waits for the log."""
    reported = []

    class AnsweringFirst(DynamoDBDecisionRepository):
        def put(self, decision: AuditRow) -> bool:
            report(decision)
            reported.append(decision)
            return super().put(decision)

    log = AnsweringFirst(**vars(deps.decisions))
    decision = with_repositories(deps, decisions=log).decide(request, at=at)
    if decision not in reported:
        report(decision)


def cached_result_replayed(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Replay the answer that was given under an id, as an idempotency cache does."""
    key = deps.pseudonyms.key_of(request.customer)
    record = build_request_record(request, deps.caller, key)
    earlier = deps.decisions.latest(record.decision_id)
    report(earlier or deps.decide(request, at=at))


@dataclass(frozen=True)
class StatesReadOnce(ConsentRepository):
    """A consent repository that reads each state once in a delivery."""

    read: dict[str, PartyState] = field(default_factory=dict)

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """The states that were read before, and those of the other parties."""
        self.read.update(
            super().states(customer, [party for party in parties if party not in self.read])
        )
        return {party: self.read[party] for party in parties}

    def versions(self, customer: str, parties: Sequence[str]) -> Mapping[str, int | None]:
        """The versions of these states."""
        return {party: state.version for party, state in self.states(customer, parties).items()}


@dataclass(frozen=True)
class AssignmentReadOnce(AssignmentRepository):
    """An assignment repository that reads the assignment once in a delivery."""

    read: list[Assignment] = field(default_factory=list)

    def get(self, customer: str) -> Assignment:
        """The assignment that was read before."""
        if not self.read:
            self.read.append(super().get(customer))
        return self.read[0]


def one_reading_only(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Evaluate what was read, and put it."""
    variant = with_repositories(
        deps,
        consents=StatesReadOnce(**vars(deps.consents)),
        assignments=AssignmentReadOnce(**vars(deps.assignments)),
    )
    report(variant.decide(request, at=at))


def stale_second_reading(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Read the states again eventually consistent: the answer may be that of the first reading."""
    consents = StatesReadOnce(**vars(deps.consents))
    report(with_repositories(deps, consents=consents).decide(request, at=at))


def stale_assignment(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Read the assignment again eventually consistent: the answer may be that of the first reading."""
    assignments = AssignmentReadOnce(**vars(deps.assignments))
    report(with_repositories(deps, assignments=assignments).decide(request, at=at))


def no_last_look(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Confirm an allow without a last look at the log: a denial may have replaced it."""

    class ReadOnce(DynamoDBDecisionRepository):
        def latest(self, decision_id: str) -> AuditRow | None:
            if not rows:
                rows.append(super().latest(decision_id))
            found = rows[0]
            return super().latest(decision_id) if found is None else found

    rows: list[AuditRow | None] = []
    log = ReadOnce(**vars(deps.decisions))
    report(with_repositories(deps, decisions=log).decide(request, at=at))


def revision_put_without_condition(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Put a denial over whatever is stored under its revision."""

    class Overwriting(DynamoDBDecisionRepository):
        def put(self, decision: AuditRow) -> bool:
            if decision.revision == 1:
                return super().put(decision)
            self.table.put(*self._item(decision))
            return True

    log = Overwriting(**vars(deps.decisions))
    report(with_repositories(deps, decisions=log).decide(request, at=at))

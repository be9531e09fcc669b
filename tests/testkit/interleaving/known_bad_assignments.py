"""Ways to decide that use a replaced assignment. The explorer must catch each of them."""

from dataclasses import replace
from datetime import datetime

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.idempotency import build_request_record
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.interleaving.actors import Report
from tests.testkit.interleaving.decision_scenarios import decide


def assignment_not_checked(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Read the assignment, and commit without checking it again."""

    class WithoutAssignmentCheck(DynamoDBDecisionRepository):
        def commit(self, decision: AuditRow, preconditions: CommitPreconditions) -> None:
            super().commit(decision, replace(preconditions, assignment=None))

    variant = replace(deps)
    variant.decisions = WithoutAssignmentCheck(deps.decisions.table, deps.decisions.consent_table)
    report(variant.decide(request, at=at))


def allow_replayed_without_check(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Replay an allow while the customer's consent is unchanged, under whatever terms it was given."""
    record = build_request_record(request, deps.caller, deps.pseudonyms.key_of(ACME))
    earlier = deps.decisions.latest(record.decision_id)
    states = deps.consents.states(ACME, ("customer",))
    if earlier and earlier.allows and states["customer"].version == 1:
        report(earlier)
    else:
        decide(deps, request, at, report)

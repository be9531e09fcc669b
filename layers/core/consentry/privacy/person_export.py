"""What is known of one person (GDPR Art. 15): consent, decisions, and data sets; of others, nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consentry.audit.audit_row import AuditRow
from consentry.consent.status_summary import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome
from consentry.decisions.response import deciding_reasons
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)
from consentry.privacy.person_data_sets import PersonDataSet


@dataclass(frozen=True, slots=True)
class ExportedReason:
    """A rule that led to an answer. The standings that it saw are left out: others may have had the worst."""

    policy_set_id: str
    version: str
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """A decision on data with the person in it, without anybody else who is in it (Art. 15(4)).

    `role`, `standings`: the person's own. `declared_by`, `asked_by`: who asked, by pseudonyms.
    """

    decision_id: str
    revision: int
    at: datetime
    outcome: Outcome
    expires_at: datetime | None
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    collected_at: datetime
    collected_by: Service
    role: Role | None
    statuses: Mapping[DataCategory, ConsentStatus]
    reasons: tuple[ExportedReason, ...]
    declared_by: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class PersonExport:
    """All that is known of a person. `name`: what tables and logs call the person, None if nothing is known.

    `erased_at`: since when everything from before is destroyed, if the person was erased. `receipts`: one for each
    act, as JSON-LD.
    """

    customer: str
    person: str
    at: datetime
    pseudonym: str | None
    erased_at: datetime | None
    statuses: tuple[UseStatus, ...]
    consent_events: tuple[StoredConsentEvent, ...]
    receipts: tuple[Mapping[str, Any], ...]
    decisions: tuple[PersonDecision, ...]
    data_sets: tuple[PersonDataSet, ...]
    not_included: tuple[str, ...] = (
        "Of a screening it is kept who is in what it admitted, and nothing of who was refused. Manifests, and the "
        "rows screened out of them, lie in the customer's own bucket.",
        "Acts, decisions and data sets from before an erasure are no longer joined to the person, and cannot be "
        "found.",
    )


def decisions_about(pseudonym: str, rows: Iterable[AuditRow]) -> Iterator[PersonDecision]:
    """The decisions that name the person, in their order."""
    for row in rows:
        if isinstance(row, Decision):
            for each in row.evidence.people:
                if each.party == pseudonym:
                    yield _decision_on(row, each.role, each.statuses)


def _decision_on(
    row: Decision, role: Role | None, statuses: Mapping[DataCategory, ConsentStatus]
) -> PersonDecision:
    facts = row.facts
    return PersonDecision(
        decision_id=row.decision_id,
        revision=row.revision,
        at=row.at,
        outcome=row.outcome,
        expires_at=row.expires_at,
        operation=facts.operation,
        service=facts.service,
        model_owner=facts.model_owner,
        data=facts.data,
        collected_at=facts.collected_at,
        collected_by=facts.collected_by,
        role=role,
        statuses=statuses,
        reasons=tuple(
            ExportedReason(
                each.policy_set_id, each.version, each.rules, each.clauses, each.explanations
            )
            for each in deciding_reasons(row.reasons, allows=row.allows)
        ),
        declared_by=row.request_record.declared_by,
        requested_by=row.request_record.requested_by,
    )

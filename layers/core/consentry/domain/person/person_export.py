"""What is known of one person (GDPR Art. 15): consent, decisions, and data sets; of others, nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.use_standings import UseStanding
from consentry.domain.decision.answer import decisive
from consentry.domain.decision.decision import Decision
from consentry.domain.decision.judgement import Outcome
from consentry.domain.log.log_row import LogRow
from consentry.domain.person.person_data_sets import DataSetWith
from consentry.domain.vocabulary import (
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
    Standing,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that led to an answer. The standings that it saw are left out: others may have had the worst."""

    book: str
    version: str
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionOn:
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
    standings: Mapping[DataCategory, Standing]
    reasons: tuple[Reason, ...]
    declared_by: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class PersonExport:
    """All that is known of a person. `name`: what tables and logs call the person, None if nothing is known.

    `erased_at`: since when everything from before is destroyed, if the person was erased. `receipts`: one for each
    act, as JSON-LD.
    """

    customer: str
    person: str
    at: datetime
    name: str | None
    erased_at: datetime | None
    standings: tuple[UseStanding, ...]
    acts: tuple[ActRecord, ...]
    receipts: tuple[Mapping[str, Any], ...]
    decisions: tuple[DecisionOn, ...]
    data_sets: tuple[DataSetWith, ...]
    not_in_here: tuple[str, ...] = (
        "Of a screening it is kept who is in what it admitted, and nothing of who was refused. Manifests, and the "
        "rows screened out of them, lie in the customer's own bucket.",
        "Acts, decisions and data sets from before an erasure are no longer joined to the person, and cannot be "
        "found.",
    )


def decisions_on(name: str, rows: Iterable[LogRow]) -> Iterator[DecisionOn]:
    """The decisions that name the person, in their order."""
    for row in rows:
        if isinstance(row, Decision):
            for each in row.evidence.people:
                if each.party == name:
                    yield _decision_on(row, each.role, each.standings)


def _decision_on(
    row: Decision, role: Role | None, standings: Mapping[DataCategory, Standing]
) -> DecisionOn:
    facts = row.facts
    return DecisionOn(
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
        standings=standings,
        reasons=tuple(
            Reason(each.book, each.version, each.rules, each.clauses, each.says)
            for each in decisive(row.findings, allows=row.allows)
        ),
        declared_by=row.asked.declared_by,
        asked_by=row.asked.asked_by,
    )

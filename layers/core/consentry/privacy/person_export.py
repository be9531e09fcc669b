"""The export of what is stored about one person (GDPR Art. 15): consent, keys, decisions and data sets.

It contains nothing about other people (Art. 15(4)).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consentry.audit.audit_row import AuditRow
from consentry.consent.signing_keys import SigningKey
from consentry.consent.status import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.data_set import DataSet
from consentry.datasets.remediation import DataSetState, Model, Remediation, remediations
from consentry.datasets.status import Outdated, OutdatedCause
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome
from consentry.decisions.inputs import PartyStatus
from consentry.decisions.response import deciding_reasons
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)
from consentry.propagation.propagation import party_of_withdrawal


@dataclass(frozen=True, slots=True)
class ExportedReason:
    """A reason of a decision, without consent statuses: they may be those of another person."""

    policy_set_id: str
    version: str
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """A decision on data that contains the person, without the other people in it.

    `role`, `statuses`: the person's own. `declared_by`, `requested_by`: pseudonyms.
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
class PersonDataSet:
    """A data set that contains the person, and the models trained on it.

    `data`: the data categories of all rows. `tainted_since`: when a withdrawal by this person
    tainted the data set; None without one. `outdated`: why it is outdated. `remediations`: those of
    this person's withdrawals; else those of an outdated data set. Withdrawals by other people, and
    ends of their grants, are not shown.
    """

    data_set_id: str
    decision_id: str
    at: datetime
    operation: Operation
    service: Service
    model_owner: ModelOwner
    data: tuple[DataCategory, ...]
    models: tuple[Model, ...]
    outdated: Outdated | None
    tainted_since: datetime | None
    remediations: tuple[Remediation, ...]


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A public key that is registered for the person, by its id, and its signature algorithm."""

    kid: str
    algorithm: str
    registered_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonExport:
    """Everything that is stored about a person.

    `pseudonym`: the person's name in tables and logs; None if nothing is stored. `erased_at`: the
    time of the last erasure, if there was one. `receipts`: one for each consent event, as JSON-LD.
    """

    customer: str
    person: str
    at: datetime
    pseudonym: str | None
    erased_at: datetime | None
    statuses: tuple[UseStatus, ...]
    consent_events: tuple[StoredConsentEvent, ...]
    receipts: tuple[Mapping[str, Any], ...]
    signing_keys: tuple[PersonKey, ...]
    decisions: tuple[PersonDecision, ...]
    data_sets: tuple[PersonDataSet, ...]
    not_included: tuple[str, ...] = (
        "For a screening, only the people in admitted rows are stored, not the people in rejected "
        "rows. Manifests and rejected rows are in the customer's own bucket.",
        "Consent events, signing keys, decisions and data sets from before an erasure are no longer "
        "linked to the person and cannot be found.",
    )


def keys_of(pseudonym: str, keys: Iterable[SigningKey]) -> Iterator[PersonKey]:
    """The keys of a customer that are registered for the person, in their order."""
    for key in keys:
        if key.party == pseudonym:
            yield PersonKey(key.kid, key.jwk.algorithms[0], key.at, key.revoked_at)


def decisions_about(pseudonym: str, rows: Iterable[AuditRow]) -> Iterator[PersonDecision]:
    """The decisions that name the person, in the order of the rows."""
    for row in rows:
        if isinstance(row, Decision):
            for person in row.evidence.people:
                if person.party == pseudonym:
                    yield _person_decision(row, person)


def _person_decision(row: Decision, person: PartyStatus) -> PersonDecision:
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
        role=person.role,
        statuses=person.statuses,
        reasons=tuple(
            ExportedReason(
                reason.policy_set_id,
                reason.version,
                reason.rules,
                reason.clauses,
                reason.explanations,
            )
            for reason in deciding_reasons(row.reasons, allows=row.allows)
        ),
        declared_by=row.request_record.declared_by,
        requested_by=row.request_record.requested_by,
    )


def person_data_set(
    pseudonym: str, data_set: DataSet, state: DataSetState, outdated: Outdated | None
) -> PersonDataSet:
    """A data set that contains the person, as that person may see it."""
    if outdated and outdated.cause is OutdatedCause.EXPIRED_CONSENT:
        outdated = None  # INVARIANT: nothing about other people; the grant may be theirs.
    taints = tuple(
        taint for taint in state.taints if party_of_withdrawal(taint.withdrawal_id) == pseudonym
    )
    own_state = DataSetState(models=state.models, taints=taints)
    return PersonDataSet(
        data_set_id=data_set.data_set_id,
        decision_id=data_set.decision_id,
        at=data_set.at,
        operation=data_set.operation,
        service=data_set.service,
        model_owner=data_set.model_owner,
        data=data_set.data,
        models=tuple(registered.model for registered in state.models),
        outdated=outdated,
        tainted_since=min((taint.at for taint in taints), default=None),
        remediations=remediations(own_state, data_set.model_owner, outdated),
    )

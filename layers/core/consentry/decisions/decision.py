"""A decision: the answer to one request, with all that is needed to compute it again, for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from consentry.decisions.evaluation import Outcome, Reason, evaluate
from consentry.decisions.inputs import Evidence, Facts
from consentry.decisions.what_would_allow import what_would_allow
from consentry.terms.assignment import AssignedPolicies, Assignment
from consentry.terms.policy_set import Library, PolicySet

SUPERSEDED = "what an earlier allow stood on has changed or ended: ask under a new request id"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One asking: under which id, with which body, who declares it and who asks (as pseudonyms)."""

    decision_id: str
    customer: str
    request_digest: str
    declared_by: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer and its grounds. People stand in it only by their random names.

    `revision` counts from 1; a later one refers by `revises` to the allow that it turned into a denial.
    `tables`: the digest of every version that could speak, by `book@version`.
    `expires_at`: the end of an allow; a denial has none.
    """

    request_record: RequestRecord
    revision: int
    revises: int | None
    facts: Facts
    evidence: Evidence
    assignment: Assignment
    truth_tables: Mapping[str, str]
    outcome: Outcome
    reasons: tuple[Reason, ...]
    what_would_allow: tuple[str, ...]
    at: datetime
    expires_at: datetime | None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.request_record.decision_id

    @property
    def allows(self) -> bool:
        """Whether the answer is allow."""
        return self.outcome is Outcome.ALLOW


def decide(
    request_record: RequestRecord,
    facts: Facts,
    evidence: Evidence,
    assignment: Assignment,
    library: Library,
    *,
    at: datetime,
) -> Decision:
    """The decision that these facts and standings come to under these books at this moment. Pure."""
    policy_sets = assignment.resolve(library)
    evaluation = evaluate(facts, evidence, policy_sets, at=at)
    return Decision(
        request_record=request_record,
        revision=1,
        revises=None,
        facts=facts,
        evidence=evidence,
        assignment=assignment,
        truth_tables=truth_tables_used(policy_sets, facts, at),
        outcome=evaluation.outcome,
        reasons=evaluation.reasons,
        what_would_allow=what_would_allow(evaluation, facts, evidence, policy_sets, at=at),
        at=at,
        expires_at=evaluation.expires_at,
    )


def reevaluate(decision: Decision, library: Library) -> Decision:
    """The same decision computed again from its own row; equal to it unless the row was altered."""
    again = decide(
        decision.request_record,
        decision.facts,
        decision.evidence,
        decision.assignment,
        library,
        at=decision.at,
    )
    return again if decision.revises is None else denial_of(again, revision=decision.revision)


def denial_of(later: Decision, *, revision: int = 2) -> Decision:
    """The revision of an allow by what the law says now: always a denial.

    A revision can only turn an allow into a denial. Where the law would still allow, the caller is told
    to ask anew, since an allow given under this id was answered once already.
    """
    return replace(
        later,
        revision=revision,
        revises=revision - 1,
        outcome=Outcome.DENY,
        what_would_allow=(SUPERSEDED,) if later.allows else later.what_would_allow,
        expires_at=None,
    )


def truth_tables_used(policy_sets: AssignedPolicies, facts: Facts, at: datetime) -> dict[str, str]:
    """The digest of every version that could speak to these facts, by `book@version`."""
    request_record: list[tuple[PolicySet, datetime]] = [
        (policy_sets.terms, facts.collected_at),
        (policy_sets.terms, at),
    ]
    request_record += [(policy_set, at) for policy_set in policy_sets.guardrails]
    in_force = (
        (policy_set.name, policy_set.in_force(moment)) for policy_set, moment in request_record
    )
    return {f"{name}@{table.version}": table.digest for name, table in in_force if table}


_CODEC = TypeAdapter(Decision)


def encode(decision: Decision) -> bytes:
    """The log row of a decision: one JSON document, fields in the order of the type."""
    return _CODEC.dump_json(decision)


def decode(row: bytes | str) -> Decision:
    """The decision of a log row."""
    return _CODEC.validate_json(row)

"""A decision: the answer to one request, with everything that is needed to compute it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from consentry.decisions.evaluation import Outcome, Reason, evaluate
from consentry.decisions.inputs import Evidence, Facts
from consentry.decisions.what_would_allow import WouldAllow, find_what_would_allow
from consentry.terms.assignment import AssignedPolicies, Assignment
from consentry.terms.policy_set import Library

SUPERSEDED = WouldAllow(
    "something that the earlier allow used has changed or expired: use a new request id",
    new_request_id=True,
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """What the log stores about a request: its decision id and digest, and pseudonyms of who sent it."""

    decision_id: str
    customer: str
    request_digest: str
    declared_by: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer and its inputs. People appear only by their pseudonyms.

    `revision` is 1, or 2 for the denial that replaces the allow `revises`.
    `vocabulary`: the digest of the vocabulary that the truth tables were compiled for.
    `truth_tables`: the digest of every version that the decision used, by `policy_set@version`.
    `expires_at`: the time until which an allow is valid; None for a denial.
    """

    request_record: RequestRecord
    revision: int
    revises: int | None
    facts: Facts
    evidence: Evidence
    assignment: Assignment
    vocabulary: str
    truth_tables: Mapping[str, str]
    outcome: Outcome
    reasons: tuple[Reason, ...]
    what_would_allow: tuple[WouldAllow, ...]
    at: datetime
    expires_at: datetime | None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.request_record.decision_id

    @property
    def allows(self) -> bool:
        """Whether the outcome is `allow`."""
        return self.outcome is Outcome.ALLOW


def build_decision(
    request_record: RequestRecord,
    facts: Facts,
    evidence: Evidence,
    assignment: Assignment,
    policy_sets: AssignedPolicies,
    *,
    at: datetime,
) -> Decision:
    """Decide on these inputs at a moment; `policy_sets` are those that `assignment` names. Pure."""
    evaluation = evaluate(facts, evidence, policy_sets, at=at)
    return Decision(
        request_record=request_record,
        revision=1,
        revises=None,
        facts=facts,
        evidence=evidence,
        assignment=assignment,
        vocabulary=policy_sets.vocabulary.digest,
        truth_tables=truth_tables_used(policy_sets, facts, at),
        outcome=evaluation.outcome,
        reasons=evaluation.reasons,
        what_would_allow=find_what_would_allow(evaluation, facts, evidence, policy_sets, at=at),
        at=at,
        expires_at=evaluation.expires_at,
    )


def reevaluate(decision: Decision, library: Library) -> Decision:
    """Compute a decision again from its own row.

    `library` is that of the vocabulary that the decision names: see `read_library`. The result
    differs if the row was altered, or if the library has other versions: compare `vocabulary` and
    `truth_tables`. Raises InvalidTermsError if a policy set is missing.
    """
    again = build_decision(
        decision.request_record,
        decision.facts,
        decision.evidence,
        decision.assignment,
        decision.assignment.resolve(library),
        at=decision.at,
    )
    return again if decision.revises is None else as_denial(again, revision=decision.revision)


def confirms(current: Decision, earlier: Decision) -> bool:
    """Whether an earlier allow may be replayed, given the decision on the same request now."""
    return (
        current.allows
        and earlier.expires_at is not None
        and current.at < earlier.expires_at
        and current.assignment == earlier.assignment
        and current.truth_tables == earlier.truth_tables
        and current.reasons == earlier.reasons
        and current.evidence == earlier.evidence
    )


def as_denial(decision: Decision, *, revision: int) -> Decision:
    """A decision as the revision of an earlier allow: always a denial.

    Where the terms still allow the use, the caller must send a new request id. The allow under this
    id had other inputs, and a revision never allows.
    """
    return replace(
        decision,
        revision=revision,
        revises=revision - 1,
        outcome=Outcome.DENY,
        what_would_allow=(SUPERSEDED,) if decision.allows else decision.what_would_allow,
        expires_at=None,
    )


def truth_tables_used(policy_sets: AssignedPolicies, facts: Facts, at: datetime) -> dict[str, str]:
    """The digest of every version that applies to these facts, by `policy_set@version`."""
    terms = policy_sets.terms
    in_force = [(terms.name, terms.in_force(facts.collected_at))]
    in_force += [(each.name, each.in_force(at)) for each in (terms, *policy_sets.guardrails)]
    return {f"{name}@{table.version}": table.digest for name, table in in_force if table}


CODEC = TypeAdapter(Decision)
"""Reads and writes the log row of a decision: one JSON document, fields in the order of the type."""

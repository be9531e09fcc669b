"""The law applied: what the terms and the limit books say to one use, at the leaves. Pure and total."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consentry.decisions.inputs import Evidence, Facts
from consentry.decisions.rule_evaluation import (
    LeafRuling,
    check_readable,
    evaluate_guardrail,
    evaluate_terms,
)
from consentry.kernel.vocabulary import ConsentStatus, DataCategory
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.truth_table import Ruling

CLOCK_SKEW = timedelta(minutes=5)
"""By how much data may seem to be collected after it is decided on."""

ALLOW_LASTS = timedelta(minutes=15)
"""How long an allow may be relied on; it ends sooner with a consent it stands on, or with the terms."""


class Outcome(StrEnum):
    """A decision's answer."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one version of one book says to some of the asked data, by which rules, on which standings."""

    policy_set: str
    version: str
    ruling: Ruling
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    explanation: tuple[str, ...]
    data: tuple[DataCategory, ...]
    customer: ConsentStatus
    people: ConsentStatus
    enforced: bool = True

    @property
    def denies(self) -> bool:
        """Whether this finding alone is a denial."""
        return self.enforced and self.ruling is not Ruling.PERMIT


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome and everything that led to it, what denies first."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    expires_at: datetime | None


def evaluate(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, *, at: datetime
) -> Evaluation:
    """Allow only if the terms permit every leaf, no limit book forbids one, and every consent was read.

    The terms' verdict is the stricter of two versions: in force when the data was collected, and now.
    """
    said = [
        *check_readable(facts, evidence),
        *evaluate_terms(facts, evidence, policy_sets.terms, at),
    ]
    for policy_set in policy_sets.guardrails:
        said += evaluate_guardrail(
            facts, evidence, policy_set, at, enforced=policy_set.name not in policy_sets.dry_run
        )
    reasons = _findings(said)
    if any(reason.denies for reason in reasons):
        return Evaluation(Outcome.DENY, reasons, None)
    return Evaluation(Outcome.ALLOW, reasons, _expiry(evidence, policy_sets, at))


def _findings(said: Iterable[LeafRuling]) -> tuple[Reason, ...]:
    """What differs only in the data, as one finding; what denies first, else in the order said."""
    alike: dict[tuple[object, ...], list[LeafRuling]] = {}
    for each in said:
        key = (each.policy_set, each.version, each.entry, each.customer, each.people)
        alike.setdefault(key, []).append(each)
    reasons = [_finding(group[0], tuple(s.leaf for s in group)) for group in alike.values()]
    return tuple(sorted(reasons, key=lambda reason: not reason.denies))


def _finding(said: LeafRuling, data: tuple[DataCategory, ...]) -> Reason:
    rules = [said.rules[rule] for rule in said.entry.rules]
    return Reason(
        policy_set=said.policy_set,
        version=said.version,
        ruling=said.entry.ruling,
        rules=said.entry.rules,
        clauses=tuple([rule.clause for rule in rules]),
        explanation=tuple([rule.explanation for rule in rules]),
        data=data,
        customer=said.customer,
        people=said.people,
        enforced=said.enforced,
    )


def _expiry(evidence: Evidence, policy_sets: AssignedPolicies, at: datetime) -> datetime:
    """The moment after which an allow given now may not be relied on."""
    ends = [at + ALLOW_LASTS, *(party.until for party in evidence.parties)]
    ends += [
        policy_set.next_change(at) for policy_set in (policy_sets.terms, *policy_sets.guardrails)
    ]
    return min(end for end in ends if end is not None)

"""What a caller is told: the outcome, the rules that decided, and what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.domain.decision.decision import Decision
from consentry.domain.decision.judgement import Finding, Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision as its caller sees it: no person in it, not even by pseudonym.

    `decision` is the boolean of an AuthZEN evaluation. `reasons` are the findings that decided;
    `observed` is what limit books that are only observed would have forbidden.
    `expires_at`: until when an allow may be relied on.
    """

    decision: bool
    outcome: Outcome
    decision_id: str
    revision: int
    reasons: tuple[Finding, ...]
    observed: tuple[Finding, ...]
    needs: tuple[str, ...]
    at: datetime
    expires_at: datetime | None


def answer_of(decision: Decision) -> Answer:
    """The caller's view of a decision."""
    return Answer(
        decision=decision.allows,
        outcome=decision.outcome,
        decision_id=decision.decision_id,
        revision=decision.revision,
        reasons=decisive(decision.findings, allows=decision.allows),
        observed=tuple(finding for finding in decision.findings if not finding.enforced),
        needs=decision.needs,
        at=decision.at,
        expires_at=decision.expires_at,
    )


def decisive(findings: Iterable[Finding], *, allows: bool) -> tuple[Finding, ...]:
    """The findings that led to this answer."""
    return tuple(each for each in findings if each.enforced and each.denies is not allows)

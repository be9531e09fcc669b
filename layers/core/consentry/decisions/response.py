"""What a caller is told: the outcome, the rules that decided, and what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome, Reason


@dataclass(frozen=True, slots=True)
class DecisionResponse:
    """A decision as its caller sees it: no person in it, not even by pseudonym.

    `decision` is the boolean of an AuthZEN evaluation. `reasons` are the findings that decided;
    `observed` is what limit books that are only observed would have forbidden.
    `expires_at`: until when an allow may be relied on.
    """

    decision: bool
    outcome: Outcome
    decision_id: str
    revision: int
    reasons: tuple[Reason, ...]
    dry_run: tuple[Reason, ...]
    what_would_allow: tuple[str, ...]
    at: datetime
    expires_at: datetime | None


def decision_response(decision: Decision) -> DecisionResponse:
    """The caller's view of a decision."""
    return DecisionResponse(
        decision=decision.allows,
        outcome=decision.outcome,
        decision_id=decision.decision_id,
        revision=decision.revision,
        reasons=deciding_reasons(decision.reasons, allows=decision.allows),
        dry_run=tuple(reason for reason in decision.reasons if not reason.enforced),
        what_would_allow=decision.what_would_allow,
        at=decision.at,
        expires_at=decision.expires_at,
    )


def deciding_reasons(reasons: Iterable[Reason], *, allows: bool) -> tuple[Reason, ...]:
    """The findings that led to this answer."""
    return tuple(each for each in reasons if each.enforced and each.denies is not allows)

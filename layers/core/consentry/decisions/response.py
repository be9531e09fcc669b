"""The answer that the caller of a decision gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome, Reason
from consentry.decisions.what_would_allow import WouldAllow


@dataclass(frozen=True, slots=True)
class DecisionResponse:
    """A decision as its caller sees it. It contains no person, not even a pseudonym.

    `decision` is the boolean of an AuthZEN evaluation. `reasons` are those that decided. `dry_run`
    lists what guardrails that are assigned as a dry run would have forbidden. `expires_at` is the
    end of an allow.
    """

    decision: bool
    outcome: Outcome
    decision_id: str
    revision: int
    reasons: tuple[Reason, ...]
    dry_run: tuple[Reason, ...]
    what_would_allow: tuple[WouldAllow, ...]
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
    """The enforced reasons that led to this outcome."""
    return tuple(reason for reason in reasons if reason.enforced and reason.denies is not allows)

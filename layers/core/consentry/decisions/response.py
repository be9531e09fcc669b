"""The answer that the caller of a decision gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome, Reason
from consentry.decisions.what_would_allow import WouldAllow

EARLIER_DENIAL = WouldAllow(
    "this is the earlier answer to this request id; for a decision on the consent as it is now, use a new request id",
    new_request_id=True,
)


@dataclass(frozen=True, slots=True)
class DecisionResponse:
    """A decision as its caller sees it. It contains no person, not even a pseudonym.

    `decision` is the boolean of an AuthZEN evaluation. `reasons` are those that decided. `dry_run`
    lists what guardrails that are assigned as a dry run would have forbidden. `what_would_allow`
    refers to the time of the decision. `expires_at` is the end of an allow. `repeated`: whether
    this is the answer to an earlier request with the same id.
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
    repeated: bool


def decision_response(decision: Decision, *, at: datetime) -> DecisionResponse:
    """The caller's view of a decision; `at` is the time of the request."""
    repeated = decision.at != at
    needed = decision.what_would_allow
    if repeated and not decision.allows and not any(each.new_request_id for each in needed):
        needed = (EARLIER_DENIAL, *needed)
    return DecisionResponse(
        decision=decision.allows,
        outcome=decision.outcome,
        decision_id=decision.decision_id,
        revision=decision.revision,
        reasons=deciding_reasons(decision.reasons, allows=decision.allows),
        dry_run=tuple(reason for reason in decision.reasons if not reason.enforced),
        what_would_allow=needed,
        at=decision.at,
        expires_at=decision.expires_at,
        repeated=repeated,
    )


def deciding_reasons(reasons: Iterable[Reason], *, allows: bool) -> tuple[Reason, ...]:
    """The enforced reasons that led to this outcome."""
    return tuple(reason for reason in reasons if reason.enforced and reason.denies is not allows)

"""Whether an allow of a screening is still valid."""

from datetime import datetime

from consentry.consent.open import ConsentDependencies
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening


def is_still_valid(allow: ScreeningDecision, *, at: datetime, deps: ConsentDependencies) -> bool:
    """Whether an allow may be returned again.

    It has not expired, and the current terms and guardrails still allow the same. No consent event can
    have downgraded it, since the customer's epochs are unchanged.
    """
    customer, use = allow.request_record.customer, allow.use
    if allow.expires_at is None or at >= allow.expires_at:
        return False
    if allow.assignment != deps.assignments.get(customer):
        return False
    # A truth table does not contain material changes: one may have been declared since the allow.
    policy_sets = allow.assignment.resolve(deps.library)
    invalidated_before = policy_sets.invalidated_before(use.operation, use.service, at=at)
    return (
        reevaluate_screening(allow, deps.library) == allow
        and invalidated_before == allow.invalidated_before
        and deps.consents.epochs(customer) == allow.epochs
    )

"""Does an allow of a screening still stand? Under the law of now, before its end, and with no consent lowered."""

from datetime import datetime

from consentry.consent.open import ConsentDependencies
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening


def is_still_valid(allow: ScreeningDecision, *, at: datetime, deps: ConsentDependencies) -> bool:
    """Whether an allow may be told again: not ended, still the law's, and no act may have lowered it."""
    if allow.expires_at is None or at >= allow.expires_at:
        return False
    customer = allow.request_record.customer
    if allow.assignment != deps.assignments.get(customer):
        return False
    if reevaluate_screening(allow, deps.library) != allow or _has_new_material_change(
        allow, at, deps
    ):
        return False
    return deps.consents.epochs(customer) == allow.epochs


def _has_new_material_change(
    allow: ScreeningDecision, at: datetime, deps: ConsentDependencies
) -> bool:
    """Whether a material change was declared since, which no table holds: what it stands on may be outdated."""
    policy_sets, use = allow.assignment.resolve(deps.library), allow.use
    return (
        policy_sets.invalidated_before(use.operation, use.service, at=at)
        != allow.invalidated_before
    )

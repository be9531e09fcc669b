"""Does an allow of a screening still stand? Under the law of now, before its end, and with no consent lowered."""

from datetime import datetime

from consentry.domain.screening.screening_decision import ScreeningDecision, recompute_screening
from consentry.domain.terms.tables import Library
from consentry.flows.ports import Bindings, Consents


def still_stands(
    allow: ScreeningDecision,
    *,
    at: datetime,
    bindings: Bindings,
    library: Library,
    consents: Consents,
) -> bool:
    """Whether an allow may be told again: not ended, still the law's, and no act may have lowered it."""
    if allow.expires_at is None or at >= allow.expires_at:
        return False
    customer = allow.asked.customer
    if allow.binding != bindings.of(customer):
        return False
    if recompute_screening(allow, library) != allow:
        return False
    return consents.epochs(customer) == allow.epochs

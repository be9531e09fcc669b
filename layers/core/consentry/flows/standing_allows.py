"""Does an allow of a screening still stand? Under the law of now, before its end, and with no consent lowered."""

from datetime import datetime

from consentry.domain.screening.screening_decision import ScreeningDecision, recompute_screening
from consentry.flows.worlds import UnderLaw


def still_stands(allow: ScreeningDecision, *, at: datetime, world: UnderLaw) -> bool:
    """Whether an allow may be told again: not ended, still the law's, and no act may have lowered it."""
    if allow.expires_at is None or at >= allow.expires_at:
        return False
    customer = allow.asked.customer
    if allow.binding != world.bindings.of(customer):
        return False
    if recompute_screening(allow, world.library) != allow or _is_declared_anew(allow, at, world):
        return False
    return world.consents.epochs(customer) == allow.epochs


def _is_declared_anew(allow: ScreeningDecision, at: datetime, world: UnderLaw) -> bool:
    """Whether a material change was declared since, which no table holds: what it stands on may be outdated."""
    books, use = allow.binding.books(world.library), allow.use
    return books.outdated_before(use.operation, use.service, at=at) != allow.outdated_before

"""What an act may take away, from its party's consent and from what was built on it."""

from consentry.domain.consent.acts import ActKind
from consentry.domain.consent.cells import Cell
from consentry.domain.consent.effects import Effect, effects_after, given_by
from consentry.domain.consent.standings import PartyState


def taken_back(state: PartyState, effect: Effect) -> frozenset[Cell]:
    """What an act takes from the grant that it corrects and does not give again."""
    taken = given_by(state.effects, effect.corrects)
    later = effects_after(state.effects, effect)
    return taken.difference(*(e.cells for e in later if e.kind is ActKind.GRANT))


def may_lower(state: PartyState, effect: Effect) -> bool:
    """Whether the act could turn an allow into a denial; then it must bump the customer's epoch.

    A refusal or withdrawal may; so may a grant that corrects an act, that ends (an ended one is less than none), or
    that replaces one (by a shorter or unsigned one).
    """
    if effect.kind is not ActKind.GRANT or effect.until is not None or effect.corrects:
        return True
    return any(e.kind is ActKind.GRANT and e.cells & effect.cells for e in state.effects)

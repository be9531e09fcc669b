"""What acts leave in their party's state, and how each act changes what those before it left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.domain.consent.acts import ActKind
from consentry.domain.consent.cells import Cell, Spoken
from consentry.domain.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class Effect:
    """What one act left behind in a party's state: the cells it still rules and how.

    `spoken`: what a denial covers, so that it covers tomorrow's words too; a grant gives what was spelled out then.
    `corrects`: the act that it corrects; of no account once it is done.
    """

    act_id: str
    kind: ActKind
    at: datetime
    express: bool
    covers_earlier: bool
    until: datetime | None
    cells: frozenset[Cell]
    spoken: Spoken | None = None
    corrects: str | None = None

    def standing(self, at: datetime, outdated_before: datetime | None = None) -> Standing:
        """What the act comes to at a moment, for each of its cells; `outdated_before`: see PartyState."""
        match self.kind:
            case ActKind.WITHDRAW:
                return Standing.WITHDRAWN
            case ActKind.REFUSE:
                return Standing.REFUSED
            case ActKind.GRANT if self.until is not None and at >= self.until:
                return Standing.EXPIRED
            case ActKind.GRANT if outdated_before is not None and self.at < outdated_before:
                return Standing.OUTDATED
            case ActKind.GRANT:
                # A feature is opted into on a signed form; without one there is only assent.
                return Standing.GRANTED if self.express else Standing.DEEMED


def given_by(effects: tuple[Effect, ...], act_id: str | None) -> frozenset[Cell]:
    """What a grant of this id still rules: nothing if it was no grant."""
    given = (e.cells for e in effects if e.kind is ActKind.GRANT and e.act_id == act_id)
    return frozenset[Cell]().union(*given)


def effects_after(effects: tuple[Effect, ...], effect: Effect) -> tuple[Effect, ...]:
    """The effects, oldest first, once an act is done; no cell is in two of them."""
    if taken := given_by(effects, effect.corrects):
        taking = Effect(effect.act_id, ActKind.WITHDRAW, effect.at, False, False, None, taken)
        effects = (*_under(taking, effects), taking)
    if effect.kind is ActKind.GRANT and not effect.express:
        first = [each.cells for each in effects if _outlasts_assent(each, effect.at)]
        effect = replace(effect, cells=effect.cells.difference(*first))
    left = (replace(effect, corrects=None),) if effect.cells else ()
    return (*_under(effect, effects), *left)


def read_in(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Effects as they are read where the vocabulary has grown: of a new word, the last denial rules."""
    read, later = list[Effect](), frozenset[Cell]()
    for each in reversed(effects):
        read.append(replace(each, cells=each.cells - later))
        later |= each.cells
    return tuple(reversed(read))


def _under(effect: Effect, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What earlier effects still rule under a later one."""
    kept, later = list[Effect](), [effect]
    for each in reversed(effects):
        less = replace(each, cells=each.cells - effect.cells)
        if less.cells or _waits(less, later):
            kept.append(less)
            later.append(less)
    return tuple(reversed(kept))


def _waits(each: Effect, later: Sequence[Effect]) -> bool:
    """Whether a denial that rules nothing is kept for the words that are still to come.

    INVARIANT: each that waits is the last on some pair of a use and a node, so no more wait than there are pairs.
    """
    if each.spoken is None or not each.spoken.is_open:
        return False
    said = [one.spoken for one in later if one.spoken]
    return not all(any(one.covers(*pair) for one in said) for pair in each.spoken.pairs)


def _outlasts_assent(effect: Effect, at: datetime) -> bool:
    if effect.kind is not ActKind.GRANT:
        return True
    return effect.express and (effect.until is None or at < effect.until)

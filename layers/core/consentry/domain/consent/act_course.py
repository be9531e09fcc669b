"""What became of an act: what it did when it was done, and what has happened since to what it speaks of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import ActKind
from consentry.domain.consent.cells import Cell
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.replay import replayed
from consentry.domain.consent.standings import PartyState
from consentry.domain.vocabulary import Operation, Service, Standing

type OutdatedBefore = Callable[[Operation, Service], datetime | None]


class Happening(StrEnum):
    """What can happen to a use of data, by an act, by time, or by a change of terms."""

    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    """Taken back by an act that corrects the grant, and not given again by it."""
    EXPIRED = "expired"
    OUTDATED = "outdated"
    WITHOUT_EFFECT = "without_effect"
    """Assent without an express act, to what the party had refused, withdrawn or signed for: it changes nothing."""

    @property
    def gives(self) -> bool:
        """Whether consent stands after it."""
        return self in (Happening.GIVEN, Happening.RENEWED)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, when, and by which act (of what expired or was outdated, the grant that ended)."""

    happening: Happening
    at: datetime
    record: ActRecord


type Course = Mapping[tuple[Event, ...], frozenset[Cell]]
"""Chains of events, each with all that it happened to: the first event is the act's, the last one holds."""

_DENIALS = {ActKind.REFUSE: Happening.REFUSED, ActKind.WITHDRAW: Happening.WITHDRAWN}


def course_of(
    record: ActRecord,
    acts: Sequence[ActRecord],
    *,
    at: datetime,
    outdated_before: OutdatedBefore,
) -> Course:
    """The course of one of a party's acts (`acts`: all until this moment, oldest first, the act among them).

    What other acts did in between is left out: of others, the course holds the one that rules now. What an act took
    from a grant that it corrects is of its course, too.
    """
    then = _rulings(replayed([each for each in acts if each.version <= record.version]))
    now, records = _rulings(replayed(acts)), {each.act.act_id: each for each in acts}
    mine = {cell for cell, effect in then.items() if effect.act_id == record.act.act_id}
    course: dict[tuple[Event, ...], set[Cell]] = {}
    for cell in sorted(record.effect.cells | mine):
        ruled, rules = then[cell], now[cell]
        by = records[rules.act_id]
        happened = _done(ruled, record) if cell in mine else Happening.WITHOUT_EFFECT
        chain = [Event(happened, record.at, record)]
        # What was signed for before goes on ruling after assent; what was refused before needs no telling.
        if rules.act_id != ruled.act_id or (cell not in mine and rules.kind is ActKind.GRANT):
            chain.append(Event(_done(rules, by, after=ruled if cell in mine else None), by.at, by))
        if cell in mine or len(chain) > 1:
            outdated = outdated_before(cell[0], cell[1])
            chain.extend(_ended(rules, by, at=at, outdated_before=outdated))
        course.setdefault(tuple(chain), set()).add(cell)
    return {chain: frozenset(cells) for chain, cells in course.items()}


def _rulings(state: PartyState) -> dict[Cell, Effect]:
    return {cell: effect for effect in state.effects for cell in effect.cells}


def _done(effect: Effect, by: ActRecord, after: Effect | None = None) -> Happening:
    """What an act did to what this effect of it rules."""
    if effect.kind is not ActKind.GRANT:
        return _DENIALS[effect.kind] if effect.kind is by.act.kind else Happening.CORRECTED
    renews = after is not None and after.kind is ActKind.GRANT
    return Happening.RENEWED if renews else Happening.GIVEN


def _ended(
    effect: Effect, by: ActRecord, *, at: datetime, outdated_before: datetime | None
) -> Iterator[Event]:
    """That a grant is over by time or by a change of terms, if it is."""
    standing = effect.standing(at, outdated_before)
    if standing is Standing.EXPIRED and effect.until:
        yield Event(Happening.EXPIRED, effect.until, by)
    elif standing is Standing.OUTDATED and outdated_before:
        yield Event(Happening.OUTDATED, outdated_before, by)

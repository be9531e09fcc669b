"""What became of an act: what it did when it was done, and what has happened since to what it speaks of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import ActKind
from consentry.domain.consent.replay import replayed
from consentry.domain.consent.standings import Cell, Effect, PartyState
from consentry.domain.vocabulary import Operation, Service, Standing

type OutdatedBefore = Callable[[Operation, Service], datetime | None]


class Happening(StrEnum):
    """What can happen to a use of data, by an act, by time, or by a change of terms."""

    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUTDATED = "outdated"
    WITHOUT_EFFECT = "without_effect"
    """Assent without an express act, to what the party had refused or withdrawn: it takes nothing back."""

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

    What other acts did in between is left out: of later ones, the course holds the one that rules now.
    """
    then = _rulings(replayed([each for each in acts if each.version <= record.version]))
    now, records = _rulings(replayed(acts)), {each.act.act_id: each for each in acts}
    course: dict[tuple[Event, ...], set[Cell]] = {}
    for cell in sorted(record.effect.cells):
        ruled = then[cell]
        outdated = outdated_before(cell[0], cell[1])
        own = ruled.act_id == record.act.act_id
        happened = _done(record) if own else Happening.WITHOUT_EFFECT
        chain = [Event(happened, record.at, record)]
        if now[cell].act_id != ruled.act_id:
            later = records[now[cell].act_id]
            chain.append(Event(_done(later, after=record if own else None), later.at, later))
        if own or len(chain) > 1:
            by = records[now[cell].act_id]
            chain.extend(_ended(now[cell], by, at=at, outdated_before=outdated))
        course.setdefault(tuple(chain), set()).add(cell)
    return {chain: frozenset(cells) for chain, cells in course.items()}


def _rulings(state: PartyState) -> dict[Cell, Effect]:
    return {cell: effect for effect in state.effects for cell in effect.cells}


def _done(record: ActRecord, after: ActRecord | None = None) -> Happening:
    if record.act.kind is not ActKind.GRANT:
        return _DENIALS[record.act.kind]
    renews = after is not None and after.act.kind is ActKind.GRANT
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

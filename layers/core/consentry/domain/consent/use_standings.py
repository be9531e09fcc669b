"""A party's standing as it is shown, counted and asked for again: use by use, data of one standing together."""

from dataclasses import dataclass
from datetime import datetime

from consentry.domain.consent.acts import EVERY_USE
from consentry.domain.consent.standings import PartyState
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.vocabulary import DataCategory, Operation, Service, Standing


@dataclass(frozen=True, slots=True)
class UseStanding:
    """A party's standing on one use, and the data that it covers."""

    operation: Operation
    service: Service
    standing: Standing
    data: tuple[DataCategory, ...]


def standings_of(state: PartyState, books: BoundBooks, *, at: datetime) -> tuple[UseStanding, ...]:
    """Every use that some act spoke of, with its standing, data of one standing together; all of a closed state."""
    shown: dict[tuple[Operation, Service, Standing], list[DataCategory]] = {}
    for use in EVERY_USE:
        outdated = books.outdated_before(use.operation, use.service, at=at)
        for leaf in DataCategory:
            if state.closed or state.effect_on(use, leaf) is not None:
                standing = state.standing(use, leaf, at=at, outdated_before=outdated)
                shown.setdefault((use.operation, use.service, standing), []).append(leaf)
    return tuple(UseStanding(*key, tuple(data)) for key, data in shown.items())

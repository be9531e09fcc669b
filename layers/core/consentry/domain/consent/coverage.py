"""How many of a customer's people stand where, use by use, at several moments."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.replay import replayed, until
from consentry.domain.consent.use_standings import standings_of
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.vocabulary import Operation, Service, Standing


@dataclass(frozen=True, slots=True)
class Covered:
    """How many people stand so on a use at a moment, and whether the customer itself does.

    A person who stands differently on different data counts once for each standing; one who never acted, nowhere.
    """

    at: datetime
    operation: Operation
    service: Service
    standing: Standing
    people: int
    customer: bool


def covered(
    acts: Mapping[str, tuple[ActRecord, ...]], books: Mapping[datetime, BoundBooks]
) -> tuple[Covered, ...]:
    """The counts at each moment, under the books that bound then; `acts`: each party's, oldest first."""
    return tuple(row for at in sorted(books) for row in _at(acts, books[at], at))


def _at(
    acts: Mapping[str, tuple[ActRecord, ...]], books: BoundBooks, at: datetime
) -> Iterable[Covered]:
    people: Counter[tuple[Operation, Service, Standing]] = Counter()
    customers = set[tuple[Operation, Service, Standing]]()
    for party, records in acts.items():
        stands = standings_of(replayed(until(records, at)), books, at=at)
        keys = {(each.operation, each.service, each.standing) for each in stands}
        if party == CUSTOMER_PARTY:
            customers = keys
        else:
            people.update(keys)
    for key in sorted({*people, *customers}, key=_place):
        yield Covered(at, *key, people[key], key in customers)


def _place(key: tuple[Operation, Service, Standing]) -> tuple[int, ...]:
    operation, service, standing = key
    order = list(Operation).index(operation), list(Service).index(service)
    return (*order, list(Standing).index(standing))

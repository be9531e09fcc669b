"""A manifest's rows decided by their kind: rows alike in all that the law looks at get one judgement."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from consentry.domain.errors import MalformedError
from consentry.domain.evidence import Evidence, Facts, PartyStanding, party_standing
from consentry.domain.judgement import ALLOW_LASTS, CLOCK_SKEW, BoundBooks, judge
from consentry.domain.lineage import Lineage
from consentry.domain.manifest import Row
from consentry.domain.requests import DataUse
from consentry.domain.row_kinds import JudgedKind, earliest, place, worst_of
from consentry.domain.standings import PartyState
from consentry.domain.vocabulary import DataCategory, Role, Service

type StatesOf = Callable[[Collection[str]], Mapping[str, PartyState]]
"""Reads the consent states of people."""

type Seen = frozenset[tuple[int, Role]]
"""The people of a row as the law sees them: for each a number of its standings, and its role."""


class Screener:
    """Gives each row the number of its kind; people's states are read as they turn up, many at once."""

    def __init__(
        self,
        asked: DataUse,
        customer: PartyState,
        states_of: StatesOf,
        books: BoundBooks,
        *,
        at: datetime,
    ) -> None:
        self._asked, self._customer, self._states_of = asked, customer, states_of
        self._books, self._at = books, at
        self.in_force = [version.in_force_from for version in books.terms.versions]
        self.lifting = sorted({e.at for e in customer.effects if e.covers_earlier})
        self._people: dict[str, PartyState] = {}
        self._known: dict[tuple[DataCategory, ...], dict[str, int]] = {}
        self._standings: list[PartyStanding] = []
        self._numbered: dict[object, int] = {}
        self._kinds: list[JudgedKind] = []
        self.lineage = Lineage(self._alone, self._kinds)

    @property
    def latest(self) -> datetime:
        """Rows that were collected later than this are from the future."""
        return self._at + CLOCK_SKEW

    @property
    def people(self) -> Collection[str]:
        """Everybody met so far."""
        return self._people.keys()

    def meet(self, people: Iterable[str]) -> None:
        """Read the states of those who were not met yet."""
        new = [person for person in people if person not in self._people]
        if new:
            self._people.update(self._states_of(new))

    def kind(self, row: Row) -> int:
        """The number of a row's kind, after `lineage.find` and `meet`; MalformedError if it cannot be decided."""
        return self.lineage.kind(row) if row.sources else self._alone(row)

    def _alone(self, row: Row) -> int:
        people = {person: None for person, _ in row.people}
        numbers = dict(zip(people, self.standings(people, row.data), strict=True))
        seen = frozenset((numbers[person], role) for person, role in row.people)
        return self.kind_of(row.data, row.collected_at, row.collected_by, seen)

    def standings(self, people: Iterable[str], data: tuple[DataCategory, ...]) -> list[int]:
        """For each of these people, who were met, a number: the same for the same standings on this data."""
        known, people = self._known.setdefault(data, {}), tuple(people)
        known.update((p, self._standing(p, data)) for p in people if p not in known)
        return [known[person] for person in people]

    def _standing(self, person: str, data: tuple[DataCategory, ...]) -> int:
        facts = self._facts(data, self._at, self._asked.use.service)
        party = party_standing(self._people[person], facts, at=self._at, party="")
        # An end is told apart only if it comes before an allow's own; else everybody were of an own kind.
        ends_first = party.until is not None and party.until < self._at + ALLOW_LASTS
        party = replace(party, lifts=(), until=party.until if ends_first else None)
        alike = (party.version is None, tuple(party.standings.items()), party.until)
        number = self._numbered.setdefault(alike, len(self._standings))
        if number == len(self._standings):
            self._standings.append(party)
        return number

    def kind_of(
        self,
        data: tuple[DataCategory, ...],
        collected_at: datetime,
        collected_by: Service,
        people: Seen,
    ) -> int:
        """The number of the kind of such a row; MalformedError for one from the future."""
        if collected_at > self.latest:
            raise MalformedError("collected_at", "is later than this decision")
        key = (data, self._period(collected_at), collected_by, people)
        number = self._numbered.get(key)
        if number is None:
            facts = self._facts(data, collected_at, collected_by)
            number = self._numbered[key] = self._number(key[:3], facts, people)
        return number

    @property
    def judged(self) -> Sequence[JudgedKind]:
        """The kinds by their numbers: in the order in which their first rows came."""
        return self._kinds

    def _period(self, collected_at: datetime) -> tuple[int, int]:
        """Between which versions of the terms, and which consents to earlier data, a moment lies."""
        return bisect_right(self.in_force, collected_at), bisect_left(self.lifting, collected_at)

    def _number(self, key: tuple[object, ...], facts: Facts, people: Seen) -> int:
        """The kind of such rows, judged now if it is new; the worst in each role is all that the law looks at."""
        worst = self._worst_by_role(people)
        seen = tuple((each.role, each.version, tuple(each.standings.values())) for each in worst)
        number = self._numbered.setdefault((*key, seen), len(self._kinds))
        if number == len(self._kinds):
            evidence = Evidence(party_standing(self._customer, facts, at=self._at), worst)
            judgement = judge(facts, evidence, self._books, at=self._at)
            self._kinds.append(JudgedKind(judgement, place(judgement), facts, evidence))
        judged = self._kinds[number]
        judged.until = earliest((judged.until, *(each.until for each in worst)))
        return number

    def _facts(
        self, data: tuple[DataCategory, ...], collected_at: datetime, collected_by: Service
    ) -> Facts:
        use = self._asked.use
        return Facts(
            data=data,
            operation=use.operation,
            service=use.service,
            model_owner=self._asked.model_owner,
            collected_at=collected_at,
            collected_by=collected_by,
        )

    def _worst_by_role(self, people: Seen) -> tuple[PartyStanding, ...]:
        by_role: dict[Role, list[PartyStanding]] = {}
        for number, role in people:
            by_role.setdefault(role, []).append(self._standings[number])
        return tuple(worst_of(role, by_role[role]) for role in Role if role in by_role)

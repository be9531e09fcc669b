"""A manifest's rows decided by their kind: rows alike in all that the law looks at get one judgement."""

from bisect import bisect_left, bisect_right
from datetime import datetime
from functools import partial

from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding, party_standing
from consentry.domain.decision.judgement import CLOCK_SKEW, judge
from consentry.domain.errors import MalformedError
from consentry.domain.manifests.manifest import Row
from consentry.domain.requests import DataUse
from consentry.domain.screening.lineage import Lineage
from consentry.domain.screening.people_standings import PeopleStandings, StatesOf
from consentry.domain.screening.row_kinds import JudgedKind, earliest, place, worst_of
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.vocabulary import DataCategory, Role, Service

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
        self._asked, self._customer, self._books, self._at = asked, customer, books, at
        outdated = books.outdated_before(asked.use.operation, asked.use.service, at=at)
        self._stands = partial(party_standing, at=at, outdated_before=outdated)
        self.people = PeopleStandings(asked, states_of, self._stands, at)
        self.in_force = [version.in_force_from for version in books.terms.versions]
        self.lifting = sorted({e.at for e in customer.effects if e.covers_earlier})
        self.judged: list[JudgedKind] = []
        """The kinds by their numbers: in the order in which their first rows came."""
        self._numbers: dict[object, int] = {}
        self.lineage = Lineage(self._alone, self.judged)

    @property
    def latest(self) -> datetime:
        """Rows that were collected later than this are from the future."""
        return self._at + CLOCK_SKEW

    def kind(self, row: Row) -> int:
        """The number of a row's kind, when its people were met, and what it is derived from was found, and met.

        MalformedError for a row from the future, or one of which a source cannot be decided.
        """
        return self.lineage.kind(row) if row.sources else self._alone(row)

    def _alone(self, row: Row) -> int:
        people = {person: None for person, _ in row.people}
        numbers = dict(zip(people, self.people.numbers(people, row.data), strict=True))
        seen = frozenset((numbers[person], role) for person, role in row.people)
        return self.kind_of(row.data, row.collected_at, row.collected_by, seen)

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
        number = self._numbers.get(key)
        if number is None:
            facts = self._facts(data, collected_at, collected_by)
            number = self._numbers[key] = self._number(key[:3], facts, people)
        return number

    def _period(self, collected_at: datetime) -> tuple[int, int]:
        """Between which versions of the terms, and which consents to earlier data, a moment lies."""
        return bisect_right(self.in_force, collected_at), bisect_left(self.lifting, collected_at)

    def _number(self, key: tuple[object, ...], facts: Facts, people: Seen) -> int:
        """The kind of such rows, judged now if it is new; the worst in each role is all that the law looks at."""
        worst = self._worst_by_role(people)
        seen = tuple((each.role, each.version, tuple(each.standings.values())) for each in worst)
        number = self._numbers.setdefault((*key, seen), len(self.judged))
        if number == len(self.judged):
            self.judged.append(self._judge(facts, worst))
        judged = self.judged[number]
        judged.until = earliest((judged.until, *(each.until for each in worst)))
        return number

    def _judge(self, facts: Facts, people: tuple[PartyStanding, ...]) -> JudgedKind:
        evidence = Evidence(self._stands(self._customer, facts), people)
        judgement = judge(facts, evidence, self._books, at=self._at)
        return JudgedKind(judgement, place(judgement), facts, evidence)

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
            by_role.setdefault(role, []).append(self.people.numbered[number])
        return tuple(worst_of(role, by_role[role]) for role in Role if role in by_role)

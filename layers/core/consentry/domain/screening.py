"""A manifest's rows decided by their kind: rows alike in all that the law looks at get one judgement."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from consentry.domain.errors import MalformedError
from consentry.domain.evidence import Evidence, Facts, PartyStanding, party_standing
from consentry.domain.growing_kinds import GrowingKind, JudgedGround
from consentry.domain.judgement import CLOCK_SKEW, BoundBooks, Finding, judge
from consentry.domain.lineage import Lineage
from consentry.domain.manifest import Placement, Row, Speech
from consentry.domain.requests import DataUse
from consentry.domain.row_kinds import (
    MOST_PEOPLE_TOLD,
    RowKind,
    earliest,
    place,
    strictest,
    worst_of,
)
from consentry.domain.standings import PartyState
from consentry.domain.vocabulary import DataCategory, Role


class Screener:
    """Places rows, one after another, on the states that were read for all of them."""

    def __init__(
        self,
        asked: DataUse,
        customer: PartyState,
        people: Mapping[str, PartyState],
        books: BoundBooks,
        *,
        at: datetime,
    ) -> None:
        self._asked, self._customer, self._people = asked, customer, people
        self._books, self._at = books, at
        self._versions = [version.in_force_from for version in books.terms.versions]
        self._lifting = sorted(e.at for e in customer.effects if e.covers_earlier)
        self._known: dict[tuple[str, tuple[DataCategory, ...]], PartyStanding] = {}
        self._grounds: dict[tuple[object, ...], JudgedGround] = {}
        self._kinds: dict[tuple[JudgedGround, frozenset[JudgedGround]], GrowingKind] = {}
        self._lineage = Lineage(self._ground_of)
        self._people_in_rows = {placement: Counter[int]() for placement in Placement}

    def place(
        self, row: Row, speech: Speech | None = None
    ) -> tuple[Placement, tuple[Finding, ...]]:
        """Where the row goes and what the books say, with what it is derived from.

        MalformedError for a row from the future, or one whose sources cannot be decided.
        """
        sources = self._lineage.of(row.sources)
        ground = self._ground_of(row)
        sources -= {ground}
        growing = self._kinds.get((ground, sources))
        if growing is None:
            growing = self._kinds[ground, sources] = self._growing(ground, sources)
        growing.rows += 1
        if speech:
            growing.hear(speech)
        named = min(len({person for person, _ in row.people}), MOST_PEOPLE_TOLD)
        self._people_in_rows[growing.placement][named] += 1
        return growing.placement, growing.judgement.findings

    @property
    def kinds(self) -> tuple[RowKind, ...]:
        """The kinds of the rows placed so far, in order of their first rows."""
        return tuple(growing.kind() for growing in self._kinds.values())

    @property
    def people_in_rows(self) -> dict[str, dict[int, int]]:
        """Of the rows placed so far, how many have how many people in them, by where they went."""
        told = self._people_in_rows.items()
        return {str(place): dict(sorted(rows.items())) for place, rows in told if rows}

    def _period(self, collected_at: datetime) -> tuple[int, int]:
        """Between which versions of the terms, and which consents to earlier data, a moment lies."""
        return bisect_right(self._versions, collected_at), bisect_left(self._lifting, collected_at)

    def _ground_of(self, row: Row) -> JudgedGround:
        if row.collected_at > self._at + CLOCK_SKEW:
            raise MalformedError("collected_at", "is later than this decision")
        people = self._worst_by_role(row)
        seen = tuple((each.role, each.version, tuple(each.standings.values())) for each in people)
        alike = (row.data, self._period(row.collected_at), row.collected_by, seen)
        ground = self._grounds.get(alike)
        if ground is None:
            ground = self._grounds[alike] = self._judged(row, people)
        ground.until = earliest((ground.until, *(each.until for each in people)))
        return ground

    def _judged(self, row: Row, people: tuple[PartyStanding, ...]) -> JudgedGround:
        facts = self._facts(row)
        evidence = Evidence(party_standing(self._customer, facts, at=self._at), people)
        return JudgedGround(facts, evidence, judge(facts, evidence, self._books, at=self._at))

    def _growing(self, ground: JudgedGround, sources: frozenset[JudgedGround]) -> GrowingKind:
        # In the order in which they were met: two runs on the same rows tell the same.
        others = tuple(each for each in self._grounds.values() if each in sources)
        judgement = strictest([each.judgement for each in (ground, *others)])
        return GrowingKind(ground, others, judgement, place(judgement))

    def _facts(self, row: Row) -> Facts:
        use = self._asked.use
        return Facts(
            data=row.data,
            operation=use.operation,
            service=use.service,
            model_owner=self._asked.model_owner,
            collected_at=row.collected_at,
            collected_by=row.collected_by,
        )

    def _worst_by_role(self, row: Row) -> tuple[PartyStanding, ...]:
        by_role: dict[Role, list[PartyStanding]] = {}
        for person, role in row.people:
            by_role.setdefault(role, []).append(self._standing_of(person, row))
        return tuple(worst_of(role, by_role[role]) for role in Role if role in by_role)

    def _standing_of(self, person: str, row: Row) -> PartyStanding:
        known = self._known.get((person, row.data))
        if known is None:
            facts = self._facts(row)
            known = party_standing(self._people[person], facts, at=self._at, party="")
            self._known[person, row.data] = known
        return known

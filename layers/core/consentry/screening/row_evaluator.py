"""Evaluates the rows of a manifest by pattern: rows that agree in everything that matters are evaluated once."""

from bisect import bisect_left, bisect_right
from datetime import datetime
from functools import partial

from consentry.consent.status import PartyState
from consentry.decisions.evaluation import CLOCK_SKEW, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus, party_status
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import DataUse
from consentry.kernel.vocabulary import DataCategory, Role, Service
from consentry.manifests.model import ManifestRow
from consentry.screening.lineage import Lineage
from consentry.screening.row_patterns import (
    EvaluatedPattern,
    earliest,
    row_outcome_of,
    strictest_of,
)
from consentry.screening.status_cache import StatesOf, StatusCache
from consentry.terms.assignment import AssignedPolicies

type PeopleStatuses = frozenset[tuple[int, Role]]
"""The people of a row as they are evaluated: the number of their statuses, and their role."""


class RowEvaluator:
    """Gives each row the number of its kind; people's states are read as they turn up, many at once."""

    def __init__(
        self,
        asked: DataUse,
        customer: PartyState,
        states_of: StatesOf,
        policy_sets: AssignedPolicies,
        *,
        at: datetime,
    ) -> None:
        self._asked, self._customer, self._books, self._at = asked, customer, policy_sets, at
        invalidated = policy_sets.invalidated_before(asked.use.operation, asked.use.service, at=at)
        self._stands = partial(party_status, at=at, invalidated_before=invalidated)
        self.people = StatusCache(asked, states_of, self._stands, at)
        self.in_force = [version.in_force_from for version in policy_sets.terms.versions]
        self.covering_grants = sorted({e.at for e in customer.rules if e.covers_collected})
        self.patterns: list[EvaluatedPattern] = []
        """The kinds by their numbers: in the order in which their first rows came."""
        self._numbers: dict[object, int] = {}
        self.lineage = Lineage(self._alone, self.patterns)

    @property
    def latest(self) -> datetime:
        """Rows that were collected later than this are from the future."""
        return self._at + CLOCK_SKEW

    def pattern(self, row: ManifestRow) -> int:
        """The number of a row's pattern, once its people are loaded and its sources resolved and loaded.

        InvalidRequestError for a row from the future, or with a source that is undetermined.
        """
        return self.lineage.pattern(row) if row.sources else self._alone(row)

    def _alone(self, row: ManifestRow) -> int:
        people = {person: None for person, _ in row.people}
        numbers = dict(zip(people, self.people.numbers(people, row.data), strict=True))
        seen = frozenset((numbers[person], role) for person, role in row.people)
        return self.pattern_of(row.data, row.collected_at, row.collected_by, seen)

    def pattern_of(
        self,
        data: tuple[DataCategory, ...],
        collected_at: datetime,
        collected_by: Service,
        people: PeopleStatuses,
    ) -> int:
        """The number of the kind of such a row; InvalidRequestError for one from the future."""
        if collected_at > self.latest:
            raise InvalidRequestError("collected_at", "is later than this decision")
        key = (data, self._period(collected_at), collected_by, people)
        number = self._numbers.get(key)
        if number is None:
            facts = self._facts(data, collected_at, collected_by)
            number = self._numbers[key] = self._number(key[:3], facts, people)
        return number

    def _period(self, collected_at: datetime) -> tuple[int, int]:
        """The period of a moment, between changes of terms and grants that cover earlier data."""
        return bisect_right(self.in_force, collected_at), bisect_left(
            self.covering_grants, collected_at
        )

    def _number(self, key: tuple[object, ...], facts: Facts, people: PeopleStatuses) -> int:
        """The pattern of such rows, evaluated now if it is new; only the strictest status of each role matters."""
        worst = self._worst_by_role(people)
        seen = tuple((each.role, each.version, tuple(each.statuses.values())) for each in worst)
        number = self._numbers.setdefault((*key, seen), len(self.patterns))
        if number == len(self.patterns):
            self.patterns.append(self._judge(facts, worst))
        patterns = self.patterns[number]
        patterns.until = earliest((patterns.until, *(each.until for each in worst)))
        return number

    def _judge(self, facts: Facts, people: tuple[PartyStatus, ...]) -> EvaluatedPattern:
        evidence = Evidence(self._stands(self._customer, facts), people)
        evaluation = evaluate(facts, evidence, self._books, at=self._at)
        return EvaluatedPattern(evaluation, row_outcome_of(evaluation), facts, evidence)

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

    def _worst_by_role(self, people: PeopleStatuses) -> tuple[PartyStatus, ...]:
        by_role: dict[Role, list[PartyStatus]] = {}
        for number, role in people:
            by_role.setdefault(role, []).append(self.people.statuses[number])
        return tuple(strictest_of(role, by_role[role]) for role in Role if role in by_role)

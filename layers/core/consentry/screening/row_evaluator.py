"""Evaluates rows by pattern: rows that agree in all inputs of an evaluation are evaluated once."""

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from functools import partial

from consentry.consent.status import PartyState
from consentry.decisions.evaluation import CLOCK_SKEW, evaluate
from consentry.decisions.inputs import (
    Evidence,
    Facts,
    PartyStatus,
    collection_boundaries,
    party_status,
)
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import DataUse
from consentry.kernel.vocabulary import DataCategory, Role, Service, vocabulary
from consentry.manifests.model import ManifestRow
from consentry.screening.lineage import Lineage
from consentry.screening.row_patterns import EvaluatedPattern, earliest, strictest_of
from consentry.screening.status_cache import StatusCache
from consentry.terms.assignment import AssignedPolicies

type PeopleStatuses = frozenset[tuple[int, Role]]
"""The people of a row: the numbers of their statuses, and their roles."""


class RowEvaluator:
    """Gives each row the number of its pattern. The states of its people must be in `people`."""

    def __init__(
        self,
        request: DataUse,
        customer: PartyState,
        policy_sets: AssignedPolicies,
        *,
        at: datetime,
    ) -> None:
        self._customer, self._policy_sets, self._at, use = customer, policy_sets, at, request.use
        invalidated = policy_sets.invalidated_before(use.operation, use.service, at=at)
        self._status = partial(party_status, at=at, invalidated_before=invalidated)
        owner = request.model_owner
        self._facts = partial(
            Facts, operation=use.operation, service=use.service, model_owner=owner
        )
        facts = partial(self._facts, collected_by=use.service)
        boundaries = partial(collection_boundaries, use=use, at=at, invalidated_before=invalidated)
        self.people = StatusCache(
            lambda state, data, collected: self._status(
                state, facts(data=data, collected_at=collected)
            ),
            boundaries,
            at,
        )
        self.latest = at + CLOCK_SKEW
        """Rows that were collected later than this are invalid."""
        self.in_force = [version.in_force_from for version in policy_sets.terms.versions]
        self.covered_since = sorted(boundaries(customer, vocabulary().leaves))
        """Since when the customer's grants cover collected data."""
        self.patterns: list[EvaluatedPattern] = []
        """The patterns by number, in the order of their first rows."""
        self._numbers: dict[object, int] = {}
        self.lineage = Lineage(self._alone, self.patterns)

    def pattern(self, row: ManifestRow) -> int:
        """The number of a row's pattern. Its sources must be resolved.

        InvalidRequestError for a row from the future, or with a source that is undetermined.
        """
        return self.lineage.pattern(row) if row.sources else self._alone(row)

    def _alone(self, row: ManifestRow) -> int:
        people = {person: None for person, _ in row.people}
        numbers = dict(
            zip(people, self.people.numbers(people, row.data, row.collected_at), strict=True)
        )
        statuses = frozenset((numbers[person], role) for person, role in row.people)
        return self.pattern_of(row.data, row.collected_at, row.collected_by, statuses)

    def pattern_of(
        self,
        data: tuple[DataCategory, ...],
        collected_at: datetime,
        collected_by: Service,
        people: PeopleStatuses,
    ) -> int:
        """The number of a pattern by its rows' values; InvalidRequestError if from the future."""
        if collected_at > self.latest:
            raise InvalidRequestError("collected_at", "is later than this decision")
        # Changes of terms, and the times since when the customer's grants count, separate periods.
        period = bisect_right(self.in_force, collected_at)
        covered = bisect_right(self.covered_since, collected_at)
        key = (data, period, covered, collected_by)
        number = self._numbers.get((*key, people))
        if number is None:
            facts = self._facts(data=data, collected_at=collected_at, collected_by=collected_by)
            number = self._numbers[*key, people] = self._number(key, facts, people)
        return number

    def _number(self, key: tuple[object, ...], facts: Facts, people: PeopleStatuses) -> int:
        """The number of a pattern; of the people in one role, only the strictest status matters."""
        by_role = defaultdict[Role, list[PartyStatus]](list)
        for status, role in people:
            by_role[role].append(self.people.statuses[status])
        roles = (role for role in vocabulary().roles if role in by_role)
        strictest = tuple(strictest_of(role, by_role[role]) for role in roles)
        values = tuple(
            (each.role, each.version, tuple(each.statuses.values()), each.covers_collected)
            for each in strictest
        )
        number = self._numbers.setdefault((*key, values), len(self.patterns))
        if number == len(self.patterns):
            evidence = Evidence(self._status(self._customer, facts), strictest)
            evaluation = evaluate(facts, evidence, self._policy_sets, at=self._at)
            self.patterns.append(EvaluatedPattern(evaluation, facts, evidence))
        pattern = self.patterns[number]
        pattern.until = earliest((pattern.until, *(each.until for each in strictest)))
        return number

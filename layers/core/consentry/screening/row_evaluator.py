"""Evaluates rows by pattern: rows that agree in all inputs of an evaluation are evaluated once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
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
from consentry.kernel.vocabulary import DataCategory, Role, Service, vocabulary
from consentry.manifests.limits import DEFAULT_LIMITS
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import ManifestRow
from consentry.manifests.screening_request import ScreeningRequest
from consentry.screening.grant_span import PatternGrants, grant_span, merge
from consentry.screening.lineage import Lineage
from consentry.screening.row_patterns import EvaluatedPattern, earliest, strictest_of
from consentry.screening.status_cache import StatusCache
from consentry.terms.assignment import AssignedPolicies

# The memory of what is stored for each, estimated from above.
PATTERN_BYTES = 8000
KEY_BYTES = 700
STATUS_BYTES = 100

type PeopleStatuses = frozenset[tuple[int, Role]]
"""The people of a row: the numbers of their statuses, and their roles."""


class RowEvaluator:
    """Gives each row the number of its pattern. The states of its people must be in `people`."""

    def __init__(
        self,
        request: ScreeningRequest,
        customer: PartyState,
        policy_sets: AssignedPolicies,
        *,
        at: datetime,
        memory: MemoryBudget | None = None,
    ) -> None:
        self._memory = memory = memory or MemoryBudget(DEFAULT_LIMITS.memory)
        self._customer, self._policy_sets, self._at = customer, policy_sets, at
        self._use = use = request.use
        invalidated = policy_sets.invalidated_before(use.operation, use.service, at=at)
        self._status = partial(party_status, at=at, invalidated_before=invalidated)
        self._grant_span = partial(grant_span, at=at, invalidated_before=invalidated)
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
            request.placeholder_patterns,
            memory,
        )
        self.latest = at + CLOCK_SKEW
        """Rows that were collected later than this are invalid."""
        self.in_force = [version.in_force_from for version in policy_sets.terms.versions]
        self.covered_since = sorted(boundaries(customer, vocabulary().leaves))
        """Since when the customer's grants cover collected data."""
        self.patterns: list[EvaluatedPattern] = []
        """The patterns by number, in the order of their first rows."""
        self._numbers: dict[object, int] = {}
        self.lineage = Lineage(self._alone, self.patterns, memory)

    def pattern(self, row: ManifestRow) -> int:
        """The number of a row's pattern. Its sources must be resolved.

        InvalidRequestError for a row collected after the decision, or with an undetermined source.
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
        """The number of a pattern by its rows' values; InvalidRequestError if collected after the decision."""
        if collected_at > self.latest:
            raise InvalidRequestError("collected_at", "is later than this decision")
        # Changes of terms, and the times since when the customer's grants count, separate periods.
        period = bisect_right(self.in_force, collected_at)
        covered = bisect_right(self.covered_since, collected_at)
        key = (data, period, covered, collected_by)
        number = self._numbers.get((*key, people))
        if number is None:
            self._memory.take(KEY_BYTES + STATUS_BYTES * len(people))
            facts = self._facts(data=data, collected_at=collected_at, collected_by=collected_by)
            number = self._numbers[*key, people] = self._number(key, facts, people)
        return number

    def _number(self, key: tuple[object, ...], facts: Facts, people: PeopleStatuses) -> int:
        """The number of a pattern; of the people in one role, only the strictest status matters.

        Unidentified people are apart: their status counts only where people must be named.
        """
        by_role = defaultdict[tuple[Role, bool], list[PartyStatus]](list)
        for status, role in people:
            party = self.people.statuses[status]
            by_role[role, party.is_unidentified].append(party)
        roles = ((role, apart) for role in vocabulary().roles for apart in (False, True))
        strictest = tuple(strictest_of(each[0], by_role[each]) for each in roles if each in by_role)
        values = tuple(
            (each.role, each.version, tuple(each.statuses.values()), each.covers_collected)
            for each in strictest
        )
        number = self._numbers.setdefault((*key, values), len(self.patterns))
        if number == len(self.patterns):
            self._memory.take(PATTERN_BYTES)
            evidence = Evidence(self._status(self._customer, facts), strictest)
            evaluation = evaluate(facts, evidence, self._policy_sets, at=self._at)
            self.patterns.append(EvaluatedPattern(evaluation, facts, evidence))
        pattern = self.patterns[number]
        pattern.until = earliest((pattern.until, *(each.until for each in strictest)))
        pattern.status_numbers.update(status for status, _ in people)
        return number

    def set_grant_spans(self, people: Collection[str]) -> None:
        """Give each pattern the span of its grants; `people`: those in admitted rows."""
        spans = self.people.grant_spans(
            people, lambda state, data: self._grant_span(state, self._use, data)
        )
        for pattern in self.patterns:
            of_customer = self._grant_span(self._customer, self._use, pattern.facts.data)
            of_people = (spans.get(number) for number in pattern.status_numbers)
            pattern.own_grants = PatternGrants(of_customer, merge(of_people))

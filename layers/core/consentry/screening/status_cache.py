"""The consent statuses of a manifest's people, numbered."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from consentry.consent.status import PartyState
from consentry.decisions.evaluation import ALLOW_LASTS
from consentry.decisions.inputs import PartyStatus, unidentified_status
from consentry.kernel.placeholders import find_unidentified
from consentry.kernel.vocabulary import DataCategory
from consentry.manifests.limits import DEFAULT_LIMITS
from consentry.manifests.local_labels import is_unidentified_label
from consentry.manifests.memory import MemoryBudget
from consentry.screening.grant_span import GrantSpan, merge

type Leaves = tuple[DataCategory, ...]


# The memory of what is stored for each, estimated from above. It includes what is needed at the end
# for people in admitted rows: their pseudonyms and the membership file.
PERSON_BYTES = 350
RULE_BYTES = 2000
PERIODS_BYTES = 100
PERIOD_BYTES = 120

EARLIEST = datetime.min.replace(tzinfo=UTC)


class StatusPeriods(NamedTuple):
    """The numbers of a party's statuses by the time of collection: `numbers[i]` before `boundaries[i]`."""

    boundaries: tuple[datetime, ...]
    numbers: tuple[int, ...]


@dataclass
class StatusCache:
    """People with equal statuses share a number: the index in `statuses`.

    `evaluate_status` gives the status of a state on data that was collected at a time. `boundaries`
    gives the times of collection between which that status changes. `placeholders`: the patterns of
    labels of unidentified people. `states`: the state of each person, by id. `unidentified`: the
    labels so far.
    """

    evaluate_status: Callable[[PartyState, Leaves, datetime], PartyStatus]
    boundaries: Callable[[PartyState, Leaves], Iterable[datetime]]
    at: datetime
    placeholders: tuple[str, ...] = ()
    memory: MemoryBudget = field(default_factory=lambda: MemoryBudget(DEFAULT_LIMITS.memory))
    states: dict[str, PartyState] = field(default_factory=dict)
    unidentified: set[str] = field(default_factory=set)
    statuses: list[PartyStatus] = field(default_factory=list)
    _by_status: dict[object, int] = field(default_factory=dict)
    _without_consent: dict[Leaves, StatusPeriods] = field(default_factory=dict)
    _by_data: dict[Leaves, dict[str, StatusPeriods]] = field(default_factory=dict)

    def missing(self, people: Iterable[str]) -> list[str]:
        """The people without a state, each once: add states before `numbers`. Unidentified people need none."""
        unknown = (person for person in dict.fromkeys(people) if person not in self.states)
        new = [person for person in unknown if person not in self.unidentified]
        self.memory.take(PERSON_BYTES * len(new) + 2 * sum(map(len, new)))
        self.unidentified |= {label for label in new if is_unidentified_label(label)}
        self.unidentified |= find_unidentified(new, self.placeholders)
        return [person for person in new if person not in self.unidentified]

    def add_states(self, states: Mapping[str, PartyState]) -> None:
        """Add the states of people; InvalidRequestError if there are more than fit into memory."""
        self.memory.take(RULE_BYTES * sum(len(state.rules) for state in states.values()))
        self.states.update(states)

    def numbers(self, people: Iterable[str], data: Leaves, collected_at: datetime) -> list[int]:
        """The number of each person's statuses on this data; their states must be added before."""
        return [
            numbers[bisect_right(boundaries, collected_at)]
            for boundaries, numbers in self.periods(people, data)
        ]

    def periods(self, people: Iterable[str], data: Leaves) -> list[StatusPeriods]:
        """The numbers of each person's statuses on this data, by the time of collection."""
        known, people = self._by_data.setdefault(data, {}), tuple(people)
        for person in people:
            if person not in known:
                known[person] = periods = self._periods_of(person, data)
                self.memory.take(PERIODS_BYTES + PERIOD_BYTES * len(periods.boundaries))
        return [known[person] for person in people]

    def _periods_of(self, person: str, data: Leaves) -> StatusPeriods:
        if person not in self.unidentified:
            return self._periods(self.states[person], data)
        return StatusPeriods((), (self._number(unidentified_status(data)),))

    def grant_spans(
        self, people: Collection[str], span: Callable[[PartyState, Leaves], GrantSpan | None]
    ) -> dict[int, GrantSpan]:
        """The span of the grants of these people, by the number of their statuses."""
        spans: dict[int, GrantSpan] = {}
        for data, known in self._by_data.items():
            for person, (_, numbers) in known.items():
                state = self.states.get(person)  # Unidentified people have none.
                if state and state.rules and person in people:
                    of_person = span(state, data)
                    for number in numbers:
                        merged = merge((spans.get(number), of_person))
                        spans |= {number: merged} if merged else {}
        return spans

    def _periods(self, state: PartyState, data: Leaves) -> StatusPeriods:
        # Most people have no consent events, and so equal statuses. A person under erasure has no
        # rules either, but is withdrawn.
        has_no_consent = state.version is not None and not state.rules and not state.closed
        if has_no_consent and data in self._without_consent:
            return self._without_consent[data]
        boundaries = tuple(sorted(self.boundaries(state, data)))
        numbers = [
            self._number(self.evaluate_status(state, data, collected_at))
            for collected_at in (EARLIEST, *boundaries)
        ]
        periods = StatusPeriods(boundaries, tuple(numbers))
        if has_no_consent:
            self._without_consent[data] = periods
        return periods

    def _number(self, party: PartyStatus) -> int:
        # The end of a grant matters only before the end of the allow. Otherwise each person would have
        # a pattern of their own.
        ends_first = party.until is not None and party.until < self.at + ALLOW_LASTS
        until = party.until if ends_first else None
        values = (
            party.version is None,
            tuple(party.statuses.items()),
            party.covers_collected,
            until,
        )
        number = self._by_status.setdefault(values, len(self.statuses))
        if number == len(self.statuses):
            self.statuses.append(replace(party, party="", until=until))
        return number

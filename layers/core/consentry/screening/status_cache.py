"""The consent statuses of a manifest's people, numbered."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from consentry.consent.status import PartyState
from consentry.decisions.evaluation import ALLOW_LASTS
from consentry.decisions.inputs import PartyStatus
from consentry.kernel.vocabulary import DataCategory
from consentry.screening.grant_span import GrantSpan, merge

type Leaves = tuple[DataCategory, ...]


@dataclass
class StatusCache:
    """People with equal statuses share a number: the index in `statuses`.

    `evaluate_status` gives the status of a state on data. `states`: the state of each person, by id.
    """

    evaluate_status: Callable[[PartyState, Leaves], PartyStatus]
    at: datetime
    states: dict[str, PartyState] = field(default_factory=dict)
    statuses: list[PartyStatus] = field(default_factory=list)
    _by_status: dict[object, int] = field(default_factory=dict)
    _by_data: dict[Leaves, dict[str, int]] = field(default_factory=dict)

    def missing(self, people: Iterable[str]) -> list[str]:
        """The people whose states must still be added, each once."""
        return [person for person in dict.fromkeys(people) if person not in self.states]

    def numbers(self, people: Iterable[str], data: Leaves) -> list[int]:
        """The number of each person's statuses on this data; their states must be added before."""
        known, people = self._by_data.setdefault(data, {}), tuple(people)
        known.update((p, self._number(self.states[p], data)) for p in people if p not in known)
        return [known[person] for person in people]

    def grant_spans(
        self, people: Collection[str], span: Callable[[PartyState, Leaves], GrantSpan | None]
    ) -> dict[int, GrantSpan]:
        """The span of the grants of these people, by the number of their statuses."""
        spans: dict[int, GrantSpan] = {}
        for data, known in self._by_data.items():
            for person, number in known.items():
                state = self.states[person]
                if state.rules and person in people:
                    merged = merge((spans.get(number), span(state, data)))
                    spans |= {number: merged} if merged else {}
        return spans

    def _number(self, state: PartyState, data: Leaves) -> int:
        # Most people have no consent events, and so equal statuses. A person under erasure has no
        # rules either, but is withdrawn.
        has_no_consent = state.version is not None and not state.rules and not state.closed
        if has_no_consent and data in self._by_status:
            return self._by_status[data]
        party = self.evaluate_status(state, data)
        # An end matters only before the end of the allow. Else each person would have a pattern.
        ends_first = party.until is not None and party.until < self.at + ALLOW_LASTS
        until = party.until if ends_first else None
        values = (party.version is None, tuple(party.statuses.items()), until)
        number = self._by_status.setdefault(data if has_no_consent else values, len(self.statuses))
        if number == len(self.statuses):
            self.statuses.append(replace(party, party="", covers_collected=(), until=until))
        return number

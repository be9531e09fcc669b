"""The statuses of a manifest's people: loaded in batches and numbered."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from consentry.consent.status import PartyState
from consentry.decisions.evaluation import ALLOW_LASTS
from consentry.decisions.inputs import Facts, PartyStatus
from consentry.kernel.requests import DataUse
from consentry.kernel.vocabulary import DataCategory

type StatesOf = Callable[[Collection[str]], Mapping[str, PartyState]]
"""Reads the consent states of people."""

type Leaves = tuple[DataCategory, ...]


@dataclass
class StatusCache:
    """People with equal statuses share a number: the index in `statuses`."""

    asked: DataUse
    states_of: StatesOf
    stands: Callable[[PartyState, Facts], PartyStatus]
    at: datetime
    states: dict[str, PartyState] = field(default_factory=dict)
    statuses: list[PartyStatus] = field(default_factory=list)
    _alike: dict[object, int] = field(default_factory=dict)
    _of: dict[Leaves, dict[str, int]] = field(default_factory=dict)

    def load(self, people: Iterable[str]) -> None:
        """Load the states of people who are not loaded yet."""
        new = [person for person in people if person not in self.states]
        if new:
            self.states.update(self.states_of(new))

    def numbers(self, people: Iterable[str], data: Leaves) -> list[int]:
        """The number of each of these people, who must be loaded."""
        known, people = self._of.setdefault(data, {}), tuple(people)
        known.update((p, self._number(self.states[p], data)) for p in people if p not in known)
        return [known[person] for person in people]

    def _number(self, state: PartyState, data: Leaves) -> int:
        # Most people have no consent events, and equal statuses. A person under erasure has no rules, but is withdrawn.
        has_no_consent = state.version is not None and not state.rules and not state.closed
        silent = data if has_no_consent else None
        if silent in self._alike:
            return self._alike[silent]
        party = self.stands(state, self._facts(data))
        # An end matters only before the end of the allow; otherwise every person would have a pattern of their own.
        ends_first = party.until is not None and party.until < self.at + ALLOW_LASTS
        until = party.until if ends_first else None
        alike = silent or (party.version is None, tuple(party.statuses.items()), until)
        number = self._alike.setdefault(alike, len(self.statuses))
        if number == len(self.statuses):
            self.statuses.append(replace(party, party="", covers_collected=(), until=until))
        return number

    def _facts(self, data: Leaves) -> Facts:
        """The facts that statuses depend on; the collection of the data is not among them."""
        use, owner = self.asked.use, self.asked.model_owner
        return Facts(data, use.operation, use.service, owner, self.at, use.service)

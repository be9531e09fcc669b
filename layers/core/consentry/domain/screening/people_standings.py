"""The standings of a manifest's people: their states are read as they turn up, many at once, and numbered."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.evidence import Facts, PartyStanding
from consentry.domain.decision.judgement import ALLOW_LASTS
from consentry.domain.requests import DataUse
from consentry.domain.vocabulary import DataCategory

type StatesOf = Callable[[Collection[str]], Mapping[str, PartyState]]
"""Reads the consent states of people."""

type Leaves = tuple[DataCategory, ...]


@dataclass
class PeopleStandings:
    """People with the same standings for the asked use of some data share a number: its place in `numbered`."""

    asked: DataUse
    states_of: StatesOf
    stands: Callable[[PartyState, Facts], PartyStanding]
    at: datetime
    met: dict[str, PartyState] = field(default_factory=dict)
    numbered: list[PartyStanding] = field(default_factory=list)
    _alike: dict[object, int] = field(default_factory=dict)
    _of: dict[Leaves, dict[str, int]] = field(default_factory=dict)

    def meet(self, people: Iterable[str]) -> None:
        """Read the states of those who were not met yet."""
        new = [person for person in people if person not in self.met]
        if new:
            self.met.update(self.states_of(new))

    def numbers(self, people: Iterable[str], data: Leaves) -> list[int]:
        """The number of each of these people, who were met."""
        known, people = self._of.setdefault(data, {}), tuple(people)
        known.update((p, self._number(self.met[p], data)) for p in people if p not in known)
        return [known[person] for person in people]

    def _number(self, state: PartyState, data: Leaves) -> int:
        # Most people never acted, and are all alike. Whoever is being erased has no effects either, and is not.
        says_nothing = state.version is not None and not state.effects and not state.closed
        silent = data if says_nothing else None
        if silent in self._alike:
            return self._alike[silent]
        party = self.stands(state, self._facts(data))
        # An end is told apart only if it comes before an allow's own; else everybody were of a kind of their own.
        ends_first = party.until is not None and party.until < self.at + ALLOW_LASTS
        until = party.until if ends_first else None
        alike = silent or (party.version is None, tuple(party.standings.items()), until)
        number = self._alike.setdefault(alike, len(self.numbered))
        if number == len(self.numbered):
            self.numbered.append(replace(party, party="", lifts=(), until=until))
        return number

    def _facts(self, data: Leaves) -> Facts:
        """The facts that standings depend on; where and when data was collected is not among them."""
        use, owner = self.asked.use, self.asked.model_owner
        return Facts(data, use.operation, use.service, owner, self.at, use.service)

"""The inputs of a decision: the facts that the caller declares, and the consent statuses that are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Self

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEventKind
from consentry.consent.status import PartyState
from consentry.kernel.requests import DataUseRequest, Use, leaves_of
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)

UNIDENTIFIED_PARTY = ""
"""The party of people who are not identified. They have no pseudonym and no state."""

type PeopleInData = tuple[tuple[str | None, Role], ...]
"""The people in the data, in the order of the request: party and role.

The party is a pseudonym, None for a person without one, or UNIDENTIFIED_PARTY.
"""

GIVEN = frozenset({ConsentStatus.GRANTED, ConsentStatus.DEEMED})
"""The statuses of a grant that is in force."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the caller declares about the use, without the people in the data."""

    data: tuple[DataCategory, ...]
    operation: Operation
    service: Service
    model_owner: ModelOwner
    collected_at: datetime
    collected_by: Service

    @classmethod
    def from_request(cls, request: DataUseRequest) -> Self:
        """The facts of a request; a branch of the category tree means all its leaves."""
        return cls(
            data=leaves_of(request.data),
            operation=request.use.operation,
            service=request.use.service,
            model_owner=request.model_owner,
            collected_at=request.collected.at,
            collected_by=request.collected.by_service,
        )

    @property
    def same_service(self) -> bool:
        """Whether the service that uses the data also collected it."""
        return self.collected_by == self.service


@dataclass(frozen=True, slots=True)
class PartyStatus:
    """One party's consent status for each requested leaf, and the version of the state that it was read from.

    `party` is None for a person without a pseudonym: nothing is stored about this person, and only
    denials name such people. `version` is None if the state could not be read. `covers_collected`
    lists the leaves for which the consent covers the time of collection: the unbroken run of grants
    began by then, or the form covers that time. `until` is the earliest end of a grant that decides
    a requested leaf; None if none ends.
    """

    party: str | None
    role: Role | None
    version: int | None
    statuses: Mapping[DataCategory, ConsentStatus]
    covers_collected: tuple[DataCategory, ...] = ()
    until: datetime | None = None

    @property
    def is_unidentified(self) -> bool:
        """Whether this is a person in the data who is not identified."""
        return ConsentStatus.UNIDENTIFIED in self.statuses.values()

    def status_on(self, leaf: DataCategory) -> ConsentStatus:
        """The status for a requested leaf; `unreadable` for any other."""
        return self.statuses.get(leaf, ConsentStatus.UNREADABLE)

    @property
    def at_collection(self) -> Self:
        """The statuses to evaluate the version at collection with: a grant that does not cover it is `never_asked`."""
        uncovered = dict.fromkeys(
            (
                leaf
                for leaf, status in self.statuses.items()
                if status in GIVEN and leaf not in self.covers_collected
            ),
            ConsentStatus.NEVER_ASKED,
        )
        return replace(self, statuses={**self.statuses, **uncovered}) if uncovered else self


@dataclass(frozen=True, slots=True)
class Evidence:
    """The consent statuses of the customer and of the people in the data."""

    customer: PartyStatus
    people: tuple[PartyStatus, ...] = ()

    @property
    def parties(self) -> tuple[PartyStatus, ...]:
        """The customer and the people."""
        return (self.customer, *self.people)

    @property
    def people_in_data(self) -> PeopleInData:
        """The people by pseudonym, with their roles."""
        return tuple((each.party, each.role) for each in self.people if each.role)

    @property
    def at_collection(self) -> Self:
        """The evidence for the version at collection; the same object if it is equal."""
        parties = [party.at_collection for party in self.parties]
        if all(then is now for then, now in zip(parties, self.parties, strict=True)):
            return self
        customer, *people = parties
        return replace(self, customer=customer, people=tuple(people))


def build_evidence(
    states: Mapping[str, PartyState],
    people: PeopleInData,
    facts: Facts,
    *,
    at: datetime,
    invalidated_before: datetime | None,
) -> Evidence:
    """The evidence of consent states; people without a state have version 0."""
    status = partial(party_status, facts=facts, at=at, invalidated_before=invalidated_before)
    return Evidence(
        status(states[CUSTOMER_PARTY]),
        tuple(
            unidentified_status(facts.data, role)
            if party == UNIDENTIFIED_PARTY
            else status(states.get(party or "", PartyState()), party=party, role=role)
            for party, role in people
        ),
    )


def unidentified_status(data: Iterable[DataCategory], role: Role | None = None) -> PartyStatus:
    """The status of a person in a role who is not identified."""
    statuses = dict.fromkeys(data, ConsentStatus.UNIDENTIFIED)
    return PartyStatus(UNIDENTIFIED_PARTY, role, 0, statuses)


def party_status(
    state: PartyState,
    facts: Facts,
    *,
    at: datetime,
    invalidated_before: datetime | None,
    party: str | None = CUSTOMER_PARTY,
    role: Role | None = None,
) -> PartyStatus:
    """A party's status for a use at a moment.

    `invalidated_before` is when the assigned policy sets last changed this use materially. Grants
    from before it no longer count.
    """
    use = _use(facts.operation, facts.service)
    statuses = {
        leaf: state.status(use, leaf, at=at, invalidated_before=invalidated_before)
        for leaf in facts.data
    }
    if not state.rules:
        return PartyStatus(party, role, state.version, statuses)
    rules = ((leaf, state.rule_for(use, leaf)) for leaf in facts.data)
    grants = [(leaf, rule) for leaf, rule in rules if rule and rule.kind is ConsentEventKind.GRANT]
    return PartyStatus(
        party=party,
        role=role,
        version=state.version,
        statuses=statuses,
        covers_collected=tuple(
            leaf
            for leaf, rule in grants
            if statuses[leaf] in GIVEN
            and rule.covered_since(invalidated_before) <= facts.collected_at
        ),
        until=min(
            (rule.until for _, rule in grants if rule.until and rule.until > at), default=None
        ),
    )


def collection_boundaries(
    state: PartyState,
    data: Iterable[DataCategory],
    *,
    use: Use,
    at: datetime,
    invalidated_before: datetime | None,
) -> set[datetime]:
    """The times of collection from which a grant of this use counts; none for grants that count for all data."""
    rules = (state.rule_for(use, leaf) for leaf in data) if state.rules else ()
    since = {
        rule.covered_since(invalidated_before)
        for rule in rules
        if rule is not None and rule.status(at, invalidated_before) in GIVEN
    }
    return since - {datetime.min.replace(tzinfo=UTC)}


@cache
def _use(operation: Operation, service: Service) -> Use:
    return Use(operation=operation, service=service)

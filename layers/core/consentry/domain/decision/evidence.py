"""What a decision stands on: the declared facts, and the standings that were read for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from consentry.domain.consent.acts import CUSTOMER_PARTY, ActKind
from consentry.domain.consent.standings import PartyState
from consentry.domain.requests import DataUseRequest, Use, leaves_of
from consentry.domain.vocabulary import (
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
    Standing,
    worst,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the caller declared of the use, without the people."""

    data: tuple[DataCategory, ...]
    operation: Operation
    service: Service
    model_owner: ModelOwner
    collected_at: datetime
    collected_by: Service

    @property
    def same_service(self) -> bool:
        """Whether the service that uses the data is the one that collected it."""
        return self.collected_by is self.service


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """One party's standing on each asked leaf, and the version of the state it was read from.

    `lifts`: the leaves on which a later express consent, by its form, covers data collected earlier.
    `until`: when the first of the grants that it stands on ends.
    """

    party: str
    role: Role | None
    version: int | None
    standings: Mapping[DataCategory, Standing]
    lifts: tuple[DataCategory, ...] = ()
    until: datetime | None = None

    def on(self, leaf: DataCategory) -> Standing:
        """The standing on one of the asked leaves; unknown on any other."""
        return self.standings.get(leaf, Standing.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The standings of the customer and of the people in the data."""

    customer: PartyStanding
    people: tuple[PartyStanding, ...] = ()

    @property
    def parties(self) -> tuple[PartyStanding, ...]:
        """The customer and the people."""
        return (self.customer, *self.people)

    def of_people(
        self, leaf: DataCategory, *, counted: frozenset[Role], required: bool
    ) -> Standing:
        """The worst standing of the people in a counted role; unknown if somebody must be named and nobody is."""
        standings = [person.on(leaf) for person in self.people if person.role in counted]
        if required and not standings:
            return Standing.UNKNOWN
        return worst(standings)


def facts_of(request: DataUseRequest) -> Facts:
    """The declared facts of a request."""
    return Facts(
        data=leaves_of(request.data),
        operation=request.use.operation,
        service=request.use.service,
        model_owner=request.model_owner,
        collected_at=request.collected.at,
        collected_by=request.collected.by_service,
    )


def party_standing(
    state: PartyState,
    facts: Facts,
    *,
    at: datetime,
    outdated_before: datetime | None,
    party: str = CUSTOMER_PARTY,
    role: Role | None = None,
) -> PartyStanding:
    """What a party's state comes to for this use, at this moment, by the books that bind (`outdated_before`)."""
    use = _use(facts.operation, facts.service)
    standings = {
        leaf: state.standing(use, leaf, at=at, outdated_before=outdated_before)
        for leaf in facts.data
    }
    if not state.effects:
        return PartyStanding(party, role, state.version, standings)
    ruling = ((leaf, state.effect_on(use, leaf)) for leaf in facts.data)
    grants = [(leaf, effect) for leaf, effect in ruling if effect and effect.kind is ActKind.GRANT]
    return PartyStanding(
        party=party,
        role=role,
        version=state.version,
        standings=standings,
        lifts=tuple(
            leaf
            for leaf, effect in grants
            if standings[leaf] is Standing.GRANTED
            and effect.covers_earlier
            and effect.at >= facts.collected_at
        ),
        until=min((e.until for _, e in grants if e.until and e.until > at), default=None),
    )


@cache
def _use(operation: Operation, service: Service) -> Use:
    return Use(operation=operation, service=service)

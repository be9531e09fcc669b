"""What a decision stands on: the declared facts, and the standings that were read for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

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
class PartyStatus:
    """One party's standing on each asked leaf, and the version of the state it was read from.

    `lifts`: the leaves on which a later express consent, by its form, covers data collected earlier.
    `until`: when the first of the grants that it stands on ends.
    """

    party: str
    role: Role | None
    version: int | None
    statuses: Mapping[DataCategory, ConsentStatus]
    covers_collected: tuple[DataCategory, ...] = ()
    until: datetime | None = None

    def status_on(self, leaf: DataCategory) -> ConsentStatus:
        """The status on a requested leaf; `unreadable` on any other leaf."""
        return self.statuses.get(leaf, ConsentStatus.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The standings of the customer and of the people in the data."""

    customer: PartyStatus
    people: tuple[PartyStatus, ...] = ()

    @property
    def parties(self) -> tuple[PartyStatus, ...]:
        """The customer and the people."""
        return (self.customer, *self.people)

    def of_people(
        self, leaf: DataCategory, *, counted: frozenset[Role], required: bool
    ) -> ConsentStatus:
        """The strictest status of the people in a counted role.

        `unidentified` if people are required and none of a counted role is named.
        """
        statuses = [person.status_on(leaf) for person in self.people if person.role in counted]
        if required and not statuses:
            return ConsentStatus.UNIDENTIFIED
        return worst(statuses)


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


def party_status(
    state: PartyState,
    facts: Facts,
    *,
    at: datetime,
    invalidated_before: datetime | None,
    party: str = CUSTOMER_PARTY,
    role: Role | None = None,
) -> PartyStatus:
    """What a party's state comes to for this use, at this moment, by the books that bind (`outdated_before`)."""
    use = _use(facts.operation, facts.service)
    statuses = {
        leaf: state.status(use, leaf, at=at, invalidated_before=invalidated_before)
        for leaf in facts.data
    }
    if not state.rules:
        return PartyStatus(party, role, state.version, statuses)
    ruling = ((leaf, state.rule_for(use, leaf)) for leaf in facts.data)
    grants = [(leaf, rule) for leaf, rule in ruling if rule and rule.kind is ConsentEventKind.GRANT]
    return PartyStatus(
        party=party,
        role=role,
        version=state.version,
        statuses=statuses,
        covers_collected=tuple(
            leaf
            for leaf, rule in grants
            if statuses[leaf] is ConsentStatus.GRANTED
            and rule.covers_collected
            and rule.at >= facts.collected_at
        ),
        until=min((e.until for _, e in grants if e.until and e.until > at), default=None),
    )


@cache
def _use(operation: Operation, service: Service) -> Use:
    return Use(operation=operation, service=service)

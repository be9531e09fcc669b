"""Whom to ask again: a party whose grants the terms have outdated, and for what."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from consentry.consent.status import PartyState
from consentry.consent.status_summary import UseStatus, summarize_statuses
from consentry.kernel.ids import token
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Operation, Service
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class InvalidatedUse:
    """A use that the party granted before the terms changed it materially (`since`), and the data granted."""

    operation: Operation
    service: Service
    data: tuple[DataCategory, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class ConsentRenewalDue:
    """The detail of the event: the customer (no `person`) or one of its people is to be asked again.

    `person` is the id that the customer's own list has, since nobody else could ask. `renewal_id` is the same for
    the same party, uses and changes: whoever is told twice has been told already.
    """

    renewal_id: str
    customer: str
    person: str | None
    uses: tuple[InvalidatedUse, ...]
    at: datetime
    schema_version: Literal[1] = 1


def renewal_due(
    customer: str,
    person: str | None,
    party: str,
    state: PartyState,
    policy_sets: AssignedPolicies,
    *,
    at: datetime,
) -> ConsentRenewalDue | None:
    """What a party in this state is to be asked again; None if nothing is outdated."""
    stands = summarize_statuses(state, policy_sets, at=at)
    uses = tuple(
        _outdated(each, policy_sets, at)
        for each in stands
        if each.status is ConsentStatus.INVALIDATED
    )
    if not uses:
        return None
    # The version of the state too: who renews and is outdated again is asked again.
    said = f"{customer}#{party}#{state.version}#{uses!r}"
    renewal_id = token(hashlib.sha256(said.encode("ascii")).digest())
    return ConsentRenewalDue(renewal_id, customer, person, uses, at)


def _outdated(stands: UseStatus, policy_sets: AssignedPolicies, at: datetime) -> InvalidatedUse:
    since = policy_sets.invalidated_before(stands.operation, stands.service, at=at)
    return InvalidatedUse(stands.operation, stands.service, stands.data, since or at)

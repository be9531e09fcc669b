"""Which grants of a party must be renewed, because the terms have changed materially since."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from consentry.consent.consent_event import Party
from consentry.consent.status import PartyState, summarize_statuses
from consentry.kernel.ids import token
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Operation, Service
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class InvalidatedUse:
    """A use that the party granted before a material change (at `since`), and the data that it granted."""

    operation: Operation
    service: Service
    data: tuple[DataCategory, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class ConsentRenewalDue:
    """The detail of the event: the customer or one of its people must be asked again.

    A person is named by the id in the customer's own list, since only the customer can ask. `renewal_id` is
    the same for the same party, uses and changes, so a consumer can recognize a repeated event.
    """

    renewal_id: str
    customer: str
    party: Party
    uses: tuple[InvalidatedUse, ...]
    at: datetime
    schema_version: Literal[1] = 1


def renewal_due(
    customer: str,
    party: Party,
    stored_party: str,
    state: PartyState,
    policy_sets: AssignedPolicies,
    *,
    at: datetime,
) -> ConsentRenewalDue | None:
    """The renewal that a party in this state must be asked for; None if none of its grants is invalidated."""
    uses = tuple(
        InvalidatedUse(
            each.operation,
            each.service,
            each.data,
            policy_sets.invalidated_before(each.operation, each.service, at=at) or at,
        )
        for each in summarize_statuses(state, policy_sets, at=at)
        if each.status is ConsentStatus.INVALIDATED
    )
    if not uses:
        return None
    # The version is part of the id: a party that renews and is invalidated again gets another renewal id.
    content = f"{customer}#{stored_party}#{state.version}#{uses!r}"
    renewal_id = token(hashlib.sha256(content.encode("ascii")).digest())
    return ConsentRenewalDue(renewal_id, customer, party, uses, at)

"""Builds the receipt of a stored consent event on each request."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from consentry.consent.consent_event import NamedPerson
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.history import events_until
from consentry.consent.open import ConsentDependencies
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import ForbiddenPersonError, NotFoundError, UnavailableError
from consentry.receipts.receipt import Receipt, build_receipt
from consentry.terms.assignment import AssignedPolicies


def get_receipt(
    customer: str,
    party: str,
    consent_event_id: str,
    *,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> Receipt:
    """The receipt of a party's consent event at a moment; `party` is a pseudonym or `customer`.

    ForbiddenCustomerError if the customer is not the caller's. NotFoundError if there is no such
    event; the answer is the same for an unknown party and an erased one. UnavailableError if the
    party's state could not be read.
    """
    # Only the pseudonym says whose receipt it is: a caller that is limited to a person must be that person.
    caller.require_party(customer, Permission.READ, caller.person)
    if caller.person is not None:
        own = NamedPerson(person=caller.person)
        if deps.find_party(customer, own) != party:
            raise ForbiddenPersonError
    state = deps.consents.states(customer, (party,))[party]
    if state.version is None:
        raise UnavailableError("the party's consent state could not be read")
    consent_events = events_until(deps.consents.consent_events(customer, party), at)
    by_id = {each.consent_event.consent_event_id: each for each in consent_events}
    record = by_id.get(consent_event_id)
    if record is None or state.closed:
        raise NotFoundError("receipt")
    policy_sets = deps.assignments.get_at(customer, at).resolve(deps.library)
    return receipt_from(
        record, consent_events, at=at, consents=deps.consents, policy_sets=policy_sets
    )


def receipt_from(
    record: StoredConsentEvent,
    consent_events: Sequence[StoredConsentEvent],
    *,
    at: datetime,
    consents: ConsentRepository,
    policy_sets: AssignedPolicies,
) -> Receipt:
    """The receipt of a consent event; `consent_events` and `policy_sets` are those at this moment."""
    event = record.consent_event
    form = consents.form(event.customer, event.form_id) if event.form_id else None
    invalidated_before = partial(policy_sets.invalidated_before, at=at)
    return build_receipt(record, consent_events, form, at=at, invalidated_before=invalidated_before)

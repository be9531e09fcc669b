"""Returns the consent of a party, now or at another time, and its consent events."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import Party, person_of
from consentry.consent.history import events_until, replay
from consentry.consent.open import ConsentDependencies
from consentry.consent.status import UNREADABLE_STATE, UseStatus, summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent, with_readable_jws
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class ConsentDetails:
    """A party's consent at a time: its version, its statuses, and the events until then, oldest first."""

    at: datetime
    version: int | None
    statuses: tuple[UseStatus, ...]
    consent_events: tuple[StoredConsentEvent, ...]


def get_consent(
    customer: str,
    party: Party,
    *,
    as_of: datetime | None,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> ConsentDetails:
    """The consent of a customer or of one of its people.

    Without `as_of`: the current consent, from the state that decisions use. With a past `as_of`: replays the events
    until then under the assignment of that time. With a future one: what holds if there are no further events.

    Raises ForbiddenCustomerError; UnavailableError if the state could not be read.
    """
    caller.require_party(customer, Permission.READ, person_of(party))
    deps.pseudonyms.require_customer(customer, caller)
    stored_party = deps.find_party(customer, party)
    if stored_party is None:
        return ConsentDetails(as_of or at, 0, (), ())
    # Also read for a past time: during an erasure some events may be deleted, and the closed state decides.
    state = deps.consents.states(customer, (stored_party,))[stored_party]
    if state is UNREADABLE_STATE:
        raise UnavailableError("the party's consent state could not be read")
    events = deps.consents.consent_events(customer, stored_party)
    if as_of is None:
        assignment = deps.assignments.get(customer)
    else:
        at, assignment = as_of, deps.assignments.get_at(customer, as_of)
        events = events_until(events, as_of)
        state = state if state.closed else replay(events)
    statuses = summarize_statuses(state, assignment.resolve(deps.library), at=at)
    key = deps.pseudonyms.key_of(customer)
    readable = tuple(with_readable_jws(event, key) for event in events)
    return ConsentDetails(at, state.version, statuses, readable)

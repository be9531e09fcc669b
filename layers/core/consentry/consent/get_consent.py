"""What a party has consented to, now or at another moment, and the acts that it comes from."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.open import ConsentDependencies
from consentry.consent.replay import events_until, replay
from consentry.consent.status import UNREADABLE_STATE
from consentry.consent.status_summary import UseStatus, summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent, with_readable_jws
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class ConsentDetails:
    """A party's consent at a moment: its version then, what it comes to, and the acts until then, oldest first."""

    at: datetime
    version: int | None
    statuses: tuple[UseStatus, ...]
    consent_events: tuple[StoredConsentEvent, ...]


def get_consent(
    customer: str,
    person: str | None,
    *,
    as_of: datetime | None,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> ConsentDetails:
    """The consent of a customer (no `person`) or of one of its people.

    Raises ForbiddenCustomerError; UnavailableError if the state could not be read.

    Without `as_of` as it stands now, by the state that decisions are made on. Of the past, by replaying the acts
    that there were, under the books that bound then; of the future, what will hold if nobody acts.
    """
    caller.require(customer)
    party, key = CUSTOMER_PARTY, deps.pseudonyms.key_of(customer)
    if person:
        names = deps.pseudonyms.find_pseudonyms(customer, (person,))
        if person not in names:  # Nobody is named for being looked at.
            return ConsentDetails(as_of or at, 0, (), ())
        party = names[person]
    # Read in any case: of whom is being erased some acts may be gone, and nothing stands.
    state = deps.consents.states(customer, (party,))[party]
    if state is UNREADABLE_STATE:
        raise UnavailableError("the party's consent state could not be read")
    consent_events = deps.consents.consent_events(customer, party)
    if as_of is None:
        assignment = deps.assignments.of(customer)
    else:
        at, consent_events, assignment = (
            as_of,
            events_until(consent_events, as_of),
            deps.assignments.at(customer, as_of),
        )
        state = state if state.closed else replay(consent_events)
    statuses = summarize_statuses(state, assignment.policy_sets(deps.library), at=at)
    return ConsentDetails(
        at, state.version, statuses, tuple(with_readable_jws(each, key) for each in consent_events)
    )

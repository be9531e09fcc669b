"""Erase a person: delete their consent events, state and pseudonym, and keep their data denied.

The order, and what a crash leaves after each step. Repeating the request continues from there:

1. Close the state under the person's pseudonym. From now on no reading allows on it, no consent
   event can follow, and no screening that read it before can commit. The id still finds the
   pseudonym.
2. For each consent event: store the used id under the partition that the customer's key gives to
   the person, then delete the event with its evidence. If the event were deleted first, a crash
   would leave an id that is not known as used. If the pseudonym were deleted first, a crash would
   leave events that cannot be found.
3. In one transaction, replace the pseudonym of the id by a new one, with a withdrawal of
   everything, and without the digest of the normalised id. Nothing stored links the two. A closed
   state without content stays under the old pseudonym: a request that read the old pseudonym before
   cannot write an event. A decision on it is denied, unless it had read the state twice.

Why a withdrawal remains: without it the status of the person would be `never_asked`. That is less
strict than the erased `withdrawn` or `refused`, and other data still names the person by id.

After the erasure:

- A new grant is recorded under the new pseudonym.
- An old consent event that is delivered again is found among the used ids and does not count. A
  request that reads the new pseudonym reads the used ids after step 2.
- An old erasure that is delivered again changes nothing, also if another erasure followed it.
"""

from datetime import datetime

from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.record_consent import count_similar_ids
from consentry.consent.status import UNREADABLE_STATE, PartyState, state_after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs, build_stored_event
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import ConflictingIdError, ConsentChangedError, UnavailableError
from consentry.privacy.erasure import DestroyedData, Erasure, ErasureResult
from consentry.privacy.open import PrivacyDependencies
from consentry.pseudonyms.customer_key import CustomerKey

ATTEMPTS = 10


def erase_person(
    erasure: Erasure, *, caller: Caller, at: datetime, deps: PrivacyDependencies
) -> ErasureResult:
    """Erase a person. When this returns, no decision uses anything that the person gave before.

    A person without consent events is denied from now on like any erased person. Repeating an
    erasure is a no-op. Raises ForbiddenCustomerError; ConflictingIdError if a consent event has or
    had this id; UnavailableError if the person's consent kept changing, or another erasure is not
    complete.
    """
    caller.require(erasure.customer, Permission.ERASE)
    deps.pseudonyms.require_customer(erasure.customer, caller)
    for _ in range(ATTEMPTS):
        try:
            return _erase(erasure, caller, at, deps)
        except ConsentChangedError:
            continue
    raise UnavailableError("the person's consent changed on every attempt")


def _erase(
    erasure: Erasure, caller: Caller, at: datetime, deps: PrivacyDependencies
) -> ErasureResult:
    customer, person = erasure.customer, erasure.person
    key = deps.pseudonyms.key_of(customer)
    pseudonym = deps.pseudonyms.find_pseudonyms(customer, (person,)).get(person)
    old: tuple[str, PartyState] | None = None
    consent_events: tuple[StoredConsentEvent, ...] = ()
    if pseudonym:
        # INVARIANT: the state is read before the events. If it is closed at that version, these are
        # all events.
        state = deps.consents.states(customer, (pseudonym,))[pseudonym]
        consent_events = deps.consents.consent_events(customer, pseudonym)
        if earlier := _earlier_result(erasure, consent_events, key, deps.consents):
            return earlier
        if state is UNREADABLE_STATE:
            raise UnavailableError("the person's consent could not be read")
        if not state.closed:  # Otherwise an interrupted or a concurrent erasure has closed it.
            state = deps.erasures.close(customer, pseudonym, state)
        old = pseudonym, state
        for record in consent_events:
            deps.erasures.replace_with_used_id(
                key.person_partition(person),
                key.used_id(person, record.consent_event.consent_event_id),
                record,
            )
        deps.erasures.delete_party_items(customer, pseudonym)
    similar = count_similar_ids(customer, person, deps)
    record = build_stored_event(
        erasure.withdrawal,
        None,
        None,
        key,
        party=deps.pseudonyms.new_pseudonym(),
        after=PartyState(),
        by=caller.identity,
        at=at,
    ).model_copy(update={"is_erasure": True})
    deps.erasures.replace_pseudonym(person, old, record, state_after(PartyState(), record.rule))
    destroyed = DestroyedData(pseudonym is not None, len(consent_events), similar)
    return ErasureResult(erasure.erasure_id, at, destroyed)


def _earlier_result(
    erasure: Erasure,
    consent_events: tuple[StoredConsentEvent, ...],
    key: CustomerKey,
    consents: ConsentRepository,
) -> ErasureResult | None:
    """The result of a completed erasure with this id, or None."""
    # INVARIANT: events are read before used ids, and a used id is stored before its event is
    # deleted. So one of the two is read.
    by_id = {record.consent_event.consent_event_id: record for record in consent_events}
    known = by_id.get(erasure.erasure_id)
    person_partition = key.person_partition(erasure.person)
    token = key.used_id(erasure.person, erasure.erasure_id)
    used_as = (
        known.used_as if known else consents.used_id(erasure.customer, person_partition, token)
    )
    if used_as is None:
        return None
    if used_as is UsedAs.CONSENT_EVENT:
        raise ConflictingIdError("erasure_id")
    remaining = known or next((record for record in consent_events if record.is_erasure), None)
    if remaining is None:  # A later erasure is running, or was interrupted.
        raise ConsentChangedError
    return ErasureResult(erasure.erasure_id, remaining.at)

"""A person is erased: acts, state and name are destroyed, and what names them from outside stays refused.

The order, and what a crash leaves at each line. Whoever asks again goes on from there:
1. The state under the person's name is closed. From here on nothing is allowed on it, no act can follow it,
   and no decision that read it before can commit. The name is still found by the id.
2. Of each act under the name a token of its id is kept, at the place that the customer's key gives to the person,
   and then the act is deleted, with all evidence. Had the act gone first, a crash would leave an id that nobody
   knows to be spent; had the name gone first, acts that nobody can find again.
3. In one transaction the old name is taken from the id, which gets a new one with a withdrawal of everything
   under it. Nothing stored joins the two. A closed state without any content stays under the old name: whoever
   read the name before this, and writes or decides after, still runs into it.

Why a withdrawal stays: without one the person would come to `never_asked`, which is milder than the `withdrawn`
or `refused` that may have been erased, while data out there still names them by id. A new grant is recorded under
the new name. An act redelivered from before is known by its token and does not count: whoever reads the new name
reads tokens after 2. So is an erasure that another one followed: it was done, and what came since is not its.
"""

from datetime import datetime

from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.status import UNREADABLE_STATE, PartyState, after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs, build_stored_event
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError, ConsentChangedError, UnavailableError
from consentry.privacy.dynamodb import ErasureRepository
from consentry.privacy.erasure import Erasure, ErasureResult
from consentry.privacy.open import PrivacyDependencies
from consentry.pseudonyms.customer_key import CustomerKey

ATTEMPTS = 10


def erase_person(
    erasure: Erasure,
    *,
    caller: Caller,
    at: datetime,
    deps: PrivacyDependencies,
) -> ErasureResult:
    """Erase a person; when this returns, no decision stands on anything that the person gave before.

    Whoever was never heard of is refused from now on like anybody erased. An erasure that was done before touches
    nothing, whatever came since. Raises ForbiddenCustomerError; ConflictingIdError if an act has or had that id;
    UnavailableError if the person's consent kept moving, or another erasure has not come to its end.
    """
    caller.require(erasure.customer)
    for _ in range(ATTEMPTS):
        try:
            return _erased(erasure, caller, at, deps)
        except ConsentChangedError:
            continue
    raise UnavailableError("the person's consent kept moving")


def _erased(
    erasure: Erasure, caller: Caller, at: datetime, deps: PrivacyDependencies
) -> ErasureResult:
    customer, key = erasure.customer, deps.pseudonyms.key_of(erasure.customer)
    name = deps.pseudonyms.find_pseudonyms(customer, (erasure.person,)).get(erasure.person)
    old = None
    if name:
        # INVARIANT: the state is read before the acts: if it is closed at that version, these were all.
        state = deps.consents.states(customer, (name,))[name]
        consent_events = deps.consents.consent_events(customer, name)
        if done := _done(erasure, consent_events, key, deps.consents):
            return done
        old = name, _closed(customer, name, state, deps.erasures)
        for each in consent_events:
            deps.erasures.replace_with_used_id(
                key.person_partition(erasure.person),
                key.used_id(erasure.person, each.consent_event.consent_event_id),
                each,
            )
        deps.erasures.delete_party_items(customer, name)
    record = _left(erasure, deps.pseudonyms.new_pseudonym(), key, caller, at)
    deps.erasures.replace_pseudonym(erasure.person, old, record, after(PartyState(), record.rule))
    return ErasureResult(erasure.erasure_id, at)


def _done(
    erasure: Erasure,
    consent_events: tuple[StoredConsentEvent, ...],
    key: CustomerKey,
    consents: ConsentRepository,
) -> ErasureResult | None:
    """What is answered to an erasure whose id was used before; None if it is new, or did not come to its end."""
    # INVARIANT: acts are read before tokens, and a token is kept before its act is deleted: one of them is seen.
    known = next(
        (
            each
            for each in consent_events
            if each.consent_event.consent_event_id == erasure.erasure_id
        ),
        None,
    )
    person_partition, token = (
        key.person_partition(erasure.person),
        key.used_id(erasure.person, erasure.erasure_id),
    )
    was = known.used_as if known else consents.used_id(erasure.customer, person_partition, token)
    if was is None:
        return None
    if was is UsedAs.CONSENT_EVENT:
        raise ConflictingIdError("erasure_id")
    left = known or next((each for each in consent_events if each.is_erasure), None)
    if left is None:  # The one that followed is under way, or broke off.
        raise ConsentChangedError
    return ErasureResult(erasure.erasure_id, left.at)


def _closed(customer: str, name: str, state: PartyState, erasures: ErasureRepository) -> PartyState:
    if state is UNREADABLE_STATE:
        raise UnavailableError("the person's consent could not be read")
    if state.closed:  # An erasure that did not come to its end, or one beside us.
        return state
    return erasures.close(customer, name, state)


def _left(
    erasure: Erasure, name: str, key: CustomerKey, caller: Caller, at: datetime
) -> StoredConsentEvent:
    """The record of the withdrawal that stays."""
    consent_event, nothing, by = erasure.withdrawal, PartyState(), caller.identity
    record = build_stored_event(
        consent_event, None, None, key, party=name, after=nothing, by=by, at=at
    )
    return record.model_copy(update={"is_erasure": True})

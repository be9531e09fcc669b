"""Records a grant, refusal or withdrawal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEvent, ConsentEventKind
from consentry.consent.forms import RegisteredForm
from consentry.consent.open import ConsentDependencies
from consentry.consent.preconditions import DOWNGRADE_WINDOW
from consentry.consent.signatures import SignatureEvidence, key_id_of, verify
from consentry.consent.status import UNREADABLE_STATE, PartyState
from consentry.consent.stored_event import StoredConsentEvent, body_digest, build_stored_event
from consentry.kernel import errors
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.placeholders import DEFAULT_PLACEHOLDERS, find_unidentified
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.terms.policy_set import last_material_change

ATTEMPTS = 10

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of its receipt an event may seem to be done."""


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """A stored consent event, and the state of its party after it."""

    record: StoredConsentEvent
    state: PartyState
    similar_ids: int | None = 0
    """How many other people have an id that is equal when normalised; 0 for the customer.

    None if they could not be counted: a withdrawal never fails because of this.
    """


def record_consent(
    consent_event: ConsentEvent, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> RecordedConsent:
    """Store a consent event and the party's state after it. A withdrawal is in force when this returns.

    The same id with the same body returns the event that is stored already. Steps: read the form, the
    pseudonym, the event and the state; check the event against them; write the event, the state and an epoch in
    one transaction. A crash before the transaction leaves at most a new pseudonym. A crash after it leaves a
    recorded event, which a retry returns.

    Raises NotFoundError for a customer that does not exist, ForbiddenCustomerError, InvalidRequestError,
    UnknownFormError, UncoveredByFormError, OversizedConsentError, UnverifiedSignatureError, ConflictingIdError,
    ConflictingVersionError, ErasedError; UnavailableError if the party's state kept changing, could not be read, or
    if the erasure of the person has not finished.
    """
    customer = consent_event.customer
    caller.require_party(customer, Permission.RECORD_CONSENT, consent_event.person)
    deps.pseudonyms.require_customer(customer, caller)
    form = _registered_form(consent_event, deps)
    key = deps.pseudonyms.key_of(customer)
    known_before = True
    similar = count_similar_ids(customer, consent_event.person, deps)
    for _ in range(ATTEMPTS):
        party, person = CUSTOMER_PARTY, consent_event.person
        # An erasure replaces the pseudonym, so each attempt looks it up.
        if person is not None:
            found = deps.pseudonyms.find_pseudonyms(customer, (person,))
            known_before = known_before and person in found
            found = found or deps.pseudonyms.get_or_create_pseudonyms(customer, (person,))
            party = found[person]
        # INVARIANT: the event is read before the state, so the state includes an event that is stored already.
        stored = deps.consents.consent_event(customer, party, consent_event.consent_event_id)
        before = deps.consents.states(customer, (party,))[party]
        if before is UNREADABLE_STATE:  # The response needs the state, also for a repeated event.
            break
        if stored:
            if stored.body_digest != body_digest(consent_event, key):
                raise errors.ConflictingIdError("consent_event_id")
            return RecordedConsent(stored, before, similar)
        _require_identified(consent_event)
        _require_plausible_times(consent_event, form, at)
        if before.closed:
            continue  # The person is being erased.
        expected = consent_event.expected_version
        if expected is not None and expected != before.version:
            raise errors.ConflictingVersionError
        _require_not_erased(consent_event, key, deps)
        corrects = consent_event.corrects
        if corrects and deps.consents.consent_event(customer, party, corrects) is None:
            raise errors.InvalidRequestError("corrects", "is not a consent event of this party")
        evidence = _verified_signature(consent_event, party, key, deps)
        record = build_stored_event(
            consent_event, form, evidence, key, party=party, after=before, by=caller.identity, at=at
        )
        record = record.model_copy(update={"known_before": known_before})
        if record.downgrades:  # It is propagated to the data sets that were built on the consent.
            propagation_id = deps.pseudonyms.new_pseudonym()
            record = record.model_copy(update={"propagation_id": propagation_id})
        try:
            changed_at = _last_change(record, deps)
            state = deps.consents.append(record, before, changed_at=changed_at)
            return RecordedConsent(record, state, similar)
        except errors.ConsentChangedError:
            continue  # Another event came first, the signing key was revoked, or an erasure began.
    raise errors.UnavailableError("the party's consent state kept changing, or could not be read")


def count_similar_ids(customer: str, person: str | None, deps: ConsentDependencies) -> int | None:
    """How many other people have an id that is equal to this one when normalised; None if unknown."""
    if person is None:
        return 0
    try:
        return len(deps.pseudonyms.find_similar(customer, person))
    except errors.UnavailableError:
        return None


def _require_identified(consent_event: ConsentEvent) -> None:
    # A refusal or withdrawal is never rejected: the label may be the id of a real person after all.
    person = consent_event.person
    is_grant = consent_event.kind is ConsentEventKind.GRANT
    if is_grant and person is not None and find_unidentified([person], DEFAULT_PLACEHOLDERS):
        raise errors.InvalidRequestError(
            "party.person", "is a label of unidentified people: grant with an id of your own"
        )


def _last_change(record: StoredConsentEvent, deps: ConsentDependencies) -> datetime | None:
    """The last material change of any terms that an older grant of these uses could be invalidated by."""
    # A refusal or withdrawal is stored also if the terms cannot be read.
    if record.consent_event.kind is not ConsentEventKind.GRANT:
        return None
    until = record.at + DOWNGRADE_WINDOW
    changes = [c for each in deps.library.policy_sets.values() for c in each.material]
    uses = record.consent_event.covered_uses
    times = (last_material_change(changes, u.operation, u.service, at=until) for u in uses)
    return max((at for at in times if at is not None), default=None)


def _require_plausible_times(
    consent_event: ConsentEvent, form: RegisteredForm | None, at: datetime
) -> None:
    done_at = consent_event.done_at or at
    if done_at > at + CLOCK_SKEW:
        raise errors.InvalidRequestError("done_at", "is more than five minutes ahead")
    if form is not None and consent_event.done_at is not None and done_at < form.registered_at:
        raise errors.InvalidRequestError("done_at", "is before the form was registered")
    if consent_event.until is not None and consent_event.until <= max(at, done_at):
        raise errors.InvalidRequestError("until", "has passed already")


def _registered_form(
    consent_event: ConsentEvent, deps: ConsentDependencies
) -> RegisteredForm | None:
    if consent_event.form_id is None:
        return None
    form = deps.consents.form(consent_event.customer, consent_event.form_id)
    if form is None:
        raise errors.UnknownFormError
    # A refusal may cover more than the form asks for.
    if consent_event.kind is ConsentEventKind.GRANT:
        form.require(consent_event)
    return form


def _require_not_erased(
    consent_event: ConsentEvent, key: CustomerKey, deps: ConsentDependencies
) -> None:
    # INVARIANT: an erased event is not recorded again, however late it is redelivered. Used ids are read after the
    # pseudonym, so all events that were erased under earlier pseudonyms are among them.
    if consent_event.person is None:
        return
    partition = key.person_partition(consent_event.person)
    used_id = key.used_id(consent_event.person, consent_event.consent_event_id)
    if deps.consents.used_id(consent_event.customer, partition, used_id):
        raise errors.ErasedError


def _verified_signature(
    consent_event: ConsentEvent, party: str, key: CustomerKey, deps: ConsentDependencies
) -> SignatureEvidence | None:
    """The evidence of the signature; None for a click or no signature."""
    if consent_event.typed_name is not None:
        return SignatureEvidence.from_typed_name(consent_event.typed_name, key)
    if consent_event.jws is None:
        return None
    kid = key_id_of(consent_event.jws)
    signing_key = deps.signing_keys.get(consent_event.customer, kid)
    if signing_key is None:
        raise errors.UnverifiedSignatureError("has a key that this customer did not register")
    if signing_key.revoked_at is not None:
        raise errors.UnverifiedSignatureError("has a key that was revoked")
    signing_key.require_signs(consent_event, party)
    detached = verify(consent_event, consent_event.jws, signing_key.jwk)
    return SignatureEvidence.from_jws(kid, detached, key, party=party, consent_event=consent_event)

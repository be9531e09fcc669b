"""A party grants, refuses or withdraws: the act is kept for ever, and it holds once this returns."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEvent, ConsentEventKind
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.forms import Form
from consentry.consent.open import ConsentDependencies
from consentry.consent.signature_evidence import SignatureEvidence
from consentry.consent.signatures import key_id_of, verify
from consentry.consent.signing_key_repository import SigningKeyRepository
from consentry.consent.status import UNREADABLE_STATE, PartyState
from consentry.consent.stored_event import StoredConsentEvent, build_stored_event
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ConflictingIdError,
    ConsentChangedError,
    ErasedError,
    InvalidRequestError,
    UnavailableError,
    UnknownFormError,
    UnverifiedSignatureError,
)
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.repository import PseudonymRepository

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """An act as it is kept, and the state of its party after it."""

    record: StoredConsentEvent
    state: PartyState


def record_consent(
    consent_event: ConsentEvent,
    *,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> RecordedConsent:
    """Keep an act and bring its party's state up to it; when a withdrawal returns, it holds.

    The same act id with the same body again is the same act. Raises ForbiddenCustomerError, InvalidRequestError,
    UnknownFormError, UncoveredByFormError, UnverifiedSignatureError, ConflictingIdError, ErasedError;
    UnavailableError if the party's state kept moving, or an erasure of the person has not come to its end.
    """
    caller.require(consent_event.customer)
    form, key = (
        _form_of(consent_event, deps.consents),
        deps.pseudonyms.key_of(consent_event.customer),
    )
    for _ in range(ATTEMPTS):
        # A name is looked up each time, since erasing takes it away.
        party = _party(consent_event, deps.pseudonyms)
        # INVARIANT: the act is looked for before the state is read, so that a known act is in the state.
        known = deps.consents.consent_event(
            consent_event.customer, party, consent_event.consent_event_id
        )
        before = deps.consents.states(consent_event.customer, (party,))[party]
        if before is UNREADABLE_STATE:  # Nobody could be told what stands, of a known act neither.
            break
        if known:
            return _again(known, consent_event, key, before)
        if consent_event.until is not None and consent_event.until <= at:
            raise InvalidRequestError("until", "has passed already")
        try:
            _require_new(consent_event, party, before, key, deps.consents)
            record = _record(consent_event, form, party, before, caller, at, deps)
            return RecordedConsent(record, deps.consents.append(record, before))
        except ConsentChangedError:
            continue  # Another act came between, the key that signed was revoked, or the person is being erased.
    raise UnavailableError("the party's consent state kept moving, or could not be read")


def _record(
    consent_event: ConsentEvent,
    form: Form | None,
    party: str,
    before: PartyState,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> StoredConsentEvent:
    key = deps.pseudonyms.key_of(consent_event.customer)
    signed, by = _signed(consent_event, party, key, deps.signing_keys), caller.identity
    record = build_stored_event(
        consent_event, form, signed, key, party=party, after=before, by=by, at=at
    )
    # What takes anything back must find what was built on it.
    propagation_id = deps.pseudonyms.new_pseudonym() if record.downgrades else None
    return record.model_copy(update={"propagation_id": propagation_id})


def _party(consent_event: ConsentEvent, keys: PseudonymRepository) -> str:
    if consent_event.person is None:
        return CUSTOMER_PARTY
    return keys.get_or_create_pseudonyms(consent_event.customer, (consent_event.person,))[
        consent_event.person
    ]


def _form_of(consent_event: ConsentEvent, consents: ConsentRepository) -> Form | None:
    if consent_event.form_id is None:
        return None
    form = consents.form(consent_event.customer, consent_event.form_id)
    if form is None:
        raise UnknownFormError
    if consent_event.kind is ConsentEventKind.GRANT:  # More may be refused than was asked.
        form.require(consent_event)
    return form


def _again(
    known: StoredConsentEvent, consent_event: ConsentEvent, key: CustomerKey, state: PartyState
) -> RecordedConsent:
    if known.body_digest != key.digest(consent_event.model_dump_json().encode("utf-8")):
        raise ConflictingIdError("consent_event_id")
    return RecordedConsent(known, state)


def _require_new(
    consent_event: ConsentEvent,
    party: str,
    before: PartyState,
    key: CustomerKey,
    consents: ConsentRepository,
) -> None:
    if before.closed:
        raise ConsentChangedError
    # INVARIANT: an act that was erased does not count again, however late it is delivered once more. Tokens are
    # asked for after the name was read: all that were erased under the names before it are kept by then.
    if consent_event.person:
        person_partition, used_id = (
            key.person_partition(consent_event.person),
            key.used_id(consent_event.person, consent_event.consent_event_id),
        )
        if consents.used_id(consent_event.customer, person_partition, used_id):
            raise ErasedError
    if (
        consent_event.corrects
        and consents.consent_event(consent_event.customer, party, consent_event.corrects) is None
    ):
        raise InvalidRequestError("corrects", "names no act of this party")


def _signed(
    consent_event: ConsentEvent, party: str, key: CustomerKey, signers: SigningKeyRepository
) -> SignatureEvidence | None:
    """What is kept of the signature, once it is known to be one."""
    if consent_event.typed_name is not None:
        return SignatureEvidence.from_typed_name(consent_event.typed_name, key)
    if consent_event.jws is None:
        return None
    kid = key_id_of(consent_event.jws)
    signer = signers.of(consent_event.customer, kid)
    if signer is None:
        raise UnverifiedSignatureError("is by no key that this customer registered")
    if signer.revoked_at is not None:
        raise UnverifiedSignatureError("is by a key that was revoked")
    detached = verify(consent_event, consent_event.jws, signer.jwk)
    return SignatureEvidence.from_jws(kid, detached, key, party=party, consent_event=consent_event)

"""Verifies the signature of a stored consent event again, with the key that the customer registered."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import Party, person_of
from consentry.consent.open import ConsentDependencies
from consentry.consent.signatures import SignatureEvidence, verify
from consentry.consent.stored_event import StoredConsentEvent, signed_event
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import InvalidRequestError, NotFoundError, UnverifiedSignatureError


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that verifies: its event, the key (None for a typed name), and since when the key is revoked."""

    record: StoredConsentEvent
    kid: str | None = None
    revoked_at: datetime | None = None


def verify_consent_event(
    customer: str,
    party: Party,
    consent_event_id: str,
    *,
    typed_name: str | None,
    caller: Caller,
    deps: ConsentDependencies,
) -> VerifiedSignature:
    """Verify the JWS of an event of the customer or of a person, or compare a typed name with it.

    Raises UnverifiedSignatureError if it does not verify; ForbiddenCustomerError; NotFoundError if there is no such
    event; InvalidRequestError if the event has no signature of that kind.
    """
    caller.require_party(customer, Permission.READ, person_of(party))
    stored_party = deps.find_party(customer, party)
    record = None
    if stored_party is not None:
        record = deps.consents.consent_event(customer, stored_party, consent_event_id)
    if record is None:
        raise NotFoundError("consent event")
    key = deps.pseudonyms.key_of(customer)
    evidence = record.signature_evidence or SignatureEvidence()
    if typed_name is not None and evidence.name:
        if SignatureEvidence.from_typed_name(typed_name, key) != evidence:
            raise UnverifiedSignatureError("is not the name that was typed", field="typed_name")
        return VerifiedSignature(record)
    event = signed_event(record, party, key)
    if event is None or event.jws is None or evidence.kid is None or typed_name is not None:
        raise InvalidRequestError("signature", "has no JWS, or no typed name to compare")
    signing_key = deps.signing_keys.get(customer, evidence.kid)
    if signing_key is None:
        raise UnverifiedSignatureError("has a key that this customer did not register")
    signing_key.require_signs(event, record.party)
    verify(event, event.jws, signing_key.jwk)
    return VerifiedSignature(record, evidence.kid, signing_key.revoked_at)

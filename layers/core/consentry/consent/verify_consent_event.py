"""An act's signature verified again, by what is kept of it and the key that the customer registered."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.open import ConsentDependencies
from consentry.consent.signature_evidence import SignatureEvidence
from consentry.consent.signatures import verify
from consentry.consent.stored_event import StoredConsentEvent, signed_event
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import InvalidRequestError, NotFoundError, UnverifiedSignatureError


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that holds; `kid`: by which key, and since when that signs no more; None for a typed name."""

    record: StoredConsentEvent
    kid: str | None = None
    revoked_at: datetime | None = None


def verify_consent_event(
    customer: str,
    person: str | None,
    consent_event_id: str,
    *,
    typed_name: str | None,
    caller: Caller,
    deps: ConsentDependencies,
) -> VerifiedSignature:
    """Verify a stored act of the customer (no `person`) or of one of its people, or test a name against it.

    Raises UnverifiedSignatureError if it does not hold; ForbiddenCustomerError; NotFoundError if there is no such
    act; InvalidRequestError if it was signed by neither.
    """
    caller.require(customer)
    key, record = deps.pseudonyms.key_of(customer), _kept(customer, person, consent_event_id, deps)
    signed = record.signature_evidence or SignatureEvidence()
    if typed_name is not None and signed.name:
        if SignatureEvidence.from_typed_name(typed_name, key) != signed:
            raise UnverifiedSignatureError("is another name", field="typed_name")
        return VerifiedSignature(record)
    consent_event = signed_event(record, person, key)
    if (
        consent_event is None
        or consent_event.jws is None
        or signed.kid is None
        or typed_name is not None
    ):
        raise InvalidRequestError("signature", "is of another kind, or none")
    signer = deps.signing_keys.of(customer, signed.kid)
    if signer is None:
        raise UnverifiedSignatureError("is by no key that this customer registered")
    verify(consent_event, consent_event.jws, signer.jwk)
    return VerifiedSignature(record, signed.kid, signer.revoked_at)


def _kept(
    customer: str, person: str | None, consent_event_id: str, deps: ConsentDependencies
) -> StoredConsentEvent:
    # Nobody is named for being looked at.
    names = deps.pseudonyms.find_pseudonyms(customer, (person,)) if person else {"": CUSTOMER_PARTY}
    party = names.get(person or "")
    record = deps.consents.consent_event(customer, party, consent_event_id) if party else None
    if record is None:
        raise NotFoundError("consent_event")
    return record

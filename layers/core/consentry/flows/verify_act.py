"""An act's signature verified again, by what is kept of it and the key that the customer registered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord, as_signed
from consentry.domain.consent.act_signatures import verify
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.signed_with import SignedWith
from consentry.domain.errors import MalformedError, NotFoundError, UnverifiedSignatureError
from consentry.flows.worlds import WithConsents, WithKeys, WithSigners


class Verifying(WithKeys, WithConsents, WithSigners, Protocol):
    """What verifying an act asks."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds; `kid`: by which key, and since when that signs no more; None for a typed name."""

    record: ActRecord
    kid: str | None = None
    revoked_at: datetime | None = None


def verify_act(
    customer: str,
    person: str | None,
    act_id: str,
    *,
    typed_name: str | None,
    caller: Caller,
    world: Verifying,
) -> Verified:
    """Verify a stored act of the customer (no `person`) or of one of its people, or test a name against it.

    Raises UnverifiedSignatureError if it does not hold; ForeignCustomerError; NotFoundError if there is no such
    act; MalformedError if it was signed by neither.
    """
    caller.require(customer)
    key, record = world.keys.key_of(customer), _kept(customer, person, act_id, world)
    signed = record.signed_with or SignedWith()
    if typed_name is not None and signed.name:
        if SignedWith.by_name(typed_name, key) != signed:
            raise UnverifiedSignatureError("is another name", field="typed_name")
        return Verified(record)
    act = as_signed(record, person, key)
    if act is None or act.jws is None or signed.kid is None or typed_name is not None:
        raise MalformedError("signature", "is of another kind, or none")
    signer = world.signers.of(customer, signed.kid)
    if signer is None:
        raise UnverifiedSignatureError("is by no key that this customer registered")
    verify(act, act.jws, signer.key)
    return Verified(record, signed.kid, signer.revoked_at)


def _kept(customer: str, person: str | None, act_id: str, world: Verifying) -> ActRecord:
    # Nobody is named for being looked at.
    names = world.keys.known_names(customer, (person,)) if person else {"": CUSTOMER_PARTY}
    party = names.get(person or "")
    record = world.consents.act(customer, party, act_id) if party else None
    if record is None:
        raise NotFoundError("act")
    return record

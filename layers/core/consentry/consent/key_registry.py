"""The public keys that sign consent events of a customer: register, revoke, show one, list them."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY, Party, person_of
from consentry.consent.open import ConsentDependencies
from consentry.consent.signatures import thumbprint
from consentry.consent.signing_keys import KID, SigningJwk, SigningKey
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import ConflictingIdError, NotFoundError
from consentry.kernel.pages import require_page, take_page


@dataclass(frozen=True, slots=True)
class SigningKeyPage:
    """Some of a customer's keys in the order of their ids; `next_page` is None on the last page."""

    keys: tuple[SigningKey, ...]
    next_page: str | None


def register_key(
    customer: str,
    party: Party,
    jwk: SigningJwk,
    *,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> SigningKey:
    """Store a public key of the customer or of one of its people under its thumbprint.

    Raises ForbiddenCustomerError; InvalidRequestError if it is not a key on its curve, or a weak one;
    ConflictingIdError if it is registered for another party.
    """
    caller.require(customer, Permission.ADMINISTER)
    kid, by = thumbprint(jwk), deps.pseudonyms.key_of(customer).pseudonym(caller.identity)
    person, stored_party = person_of(party), CUSTOMER_PARTY
    if person is not None:
        stored_party = deps.pseudonyms.get_or_create_pseudonyms(customer, (person,))[person]
    key = SigningKey(kid=kid, jwk=jwk, party=stored_party, at=at, registered_by=by)
    stored = deps.signing_keys.register(customer, key)
    if stored.party != stored_party:
        raise ConflictingIdError("jwk")
    return stored


def revoke_key(
    customer: str, kid: str, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SigningKey:
    """Revoke a key. After this returns, no event that it signed is recorded; earlier ones stay valid.

    Raises ForbiddenCustomerError; NotFoundError if the customer did not register the key.
    """
    caller.require(customer, Permission.ADMINISTER)
    key = _find_key(customer, kid, deps)
    by = deps.pseudonyms.key_of(customer).pseudonym(caller.identity)
    return deps.signing_keys.revoke(customer, key, at=at, by=by)


def get_key(customer: str, kid: str, *, caller: Caller, deps: ConsentDependencies) -> SigningKey:
    """One key, with its revocation if there is one. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer, Permission.READ)
    return _find_key(customer, kid, deps)


def list_keys(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: ConsentDependencies
) -> SigningKeyPage:
    """A page of a customer's keys, including revoked ones. Raises ForbiddenCustomerError, InvalidRequestError."""
    caller.require(customer, Permission.READ)
    require_page(page, KID)
    keys, more = take_page(deps.signing_keys.list(customer, after=page), limit)
    return SigningKeyPage(keys, keys[-1].kid if more else None)


def _find_key(customer: str, kid: str, deps: ConsentDependencies) -> SigningKey:
    key = deps.signing_keys.get(customer, kid)
    if key is None:
        raise NotFoundError("key")
    return key

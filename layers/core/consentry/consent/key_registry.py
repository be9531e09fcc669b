"""The public keys that a customer signs consent events with: register, revoke, show one, list them."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.open import ConsentDependencies
from consentry.consent.signatures import thumbprint
from consentry.consent.signing_keys import KID, SigningJwk, SigningKey
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.kernel.pages import require_page, take_page


@dataclass(frozen=True, slots=True)
class SigningKeyPage:
    """Some of a customer's keys in the order of their ids; `next_page` is None on the last page."""

    keys: tuple[SigningKey, ...]
    next_page: str | None


def register_key(
    customer: str, jwk: SigningJwk, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SigningKey:
    """Store a public key under its thumbprint.

    Raises ForbiddenCustomerError; InvalidRequestError if it is not a key on its curve, or a weak one.
    """
    caller.require(customer)
    by = deps.pseudonyms.key_of(customer).pseudonym(caller.identity)
    key = SigningKey(kid=thumbprint(jwk), jwk=jwk, at=at, registered_by=by)
    return deps.signing_keys.register(customer, key)


def revoke_key(
    customer: str, kid: str, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SigningKey:
    """Revoke a key. After this returns, no event that it signed is recorded; earlier ones stay valid.

    Raises ForbiddenCustomerError; NotFoundError if the customer did not register the key.
    """
    key = get_key(customer, kid, caller=caller, deps=deps)
    by = deps.pseudonyms.key_of(customer).pseudonym(caller.identity)
    return deps.signing_keys.revoke(customer, key, at=at, by=by)


def get_key(customer: str, kid: str, *, caller: Caller, deps: ConsentDependencies) -> SigningKey:
    """One key, with its revocation if there is one. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer)
    key = deps.signing_keys.get(customer, kid)
    if key is None:
        raise NotFoundError("key")
    return key


def list_keys(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: ConsentDependencies
) -> SigningKeyPage:
    """A page of a customer's keys, including revoked ones. Raises ForbiddenCustomerError, InvalidRequestError."""
    caller.require(customer)
    require_page(page, KID)
    keys, more = take_page(deps.signing_keys.list(customer, after=page), limit)
    return SigningKeyPage(keys, keys[-1].kid if more else None)

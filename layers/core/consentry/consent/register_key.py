"""Registers and revokes the keys that a customer signs consent events with."""

from datetime import datetime

from consentry.consent.open import ConsentDependencies
from consentry.consent.signatures import thumbprint
from consentry.consent.signing_keys import SigningKey, SigningKeyRegistration, SigningKeyRevocation
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError


def register_key(
    registration: SigningKeyRegistration,
    *,
    caller: Caller,
    at: datetime,
    deps: ConsentDependencies,
) -> SigningKey:
    """Store a public key under its thumbprint.

    Raises ForbiddenCustomerError; InvalidRequestError if it is not a key on its curve.
    """
    caller.require(registration.customer)
    by = deps.pseudonyms.key_of(registration.customer).pseudonym(caller.identity)
    kid = thumbprint(registration.jwk)
    record = SigningKey(kid=kid, jwk=registration.jwk, at=at, registered_by=by)
    return deps.signing_keys.register(registration.customer, record)


def revoke_key(
    revocation: SigningKeyRevocation, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SigningKey:
    """Revoke a key. After this returns, no event that it signed is recorded.

    Raises ForbiddenCustomerError; NotFoundError if the customer did not register the key.
    """
    caller.require(revocation.customer)
    key = deps.signing_keys.get(revocation.customer, revocation.kid)
    if key is None:
        raise NotFoundError("key")
    by = deps.pseudonyms.key_of(revocation.customer).pseudonym(caller.identity)
    return deps.signing_keys.revoke(revocation.customer, key, at=at, by=by)

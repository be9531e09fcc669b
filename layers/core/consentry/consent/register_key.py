"""A customer registers a key that it signs acts with, and revokes it."""

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
    """Keep a public key under its thumbprint. ForbiddenCustomerError; InvalidRequestError if it is no key."""
    caller.require(registration.customer)
    by = deps.pseudonyms.key_of(registration.customer).pseudonym(caller.identity)
    kid = thumbprint(registration.jwk)
    record = SigningKey(kid=kid, jwk=registration.jwk, at=at, registered_by=by)
    return deps.signing_keys.register(registration.customer, record)


def revoke_key(
    revoked: SigningKeyRevocation, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SigningKey:
    """Once this returns, the key signs no further act. ForbiddenCustomerError; NotFoundError if there is none."""
    caller.require(revoked.customer)
    known = deps.signing_keys.of(revoked.customer, revoked.kid)
    if known is None:
        raise NotFoundError("key")
    by = deps.pseudonyms.key_of(revoked.customer).pseudonym(caller.identity)
    return deps.signing_keys.revoke(revoked.customer, known, at=at, by=by)

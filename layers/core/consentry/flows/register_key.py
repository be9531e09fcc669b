"""A customer registers a key that it signs acts with, and revokes it."""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_signatures import thumbprint
from consentry.domain.consent.signing_keys import KeyOffered, KeyRecord, KeyRevoked
from consentry.domain.errors import NotFoundError
from consentry.flows.worlds import WithKeys, WithSigners


class Registering(WithKeys, WithSigners, Protocol):
    """What registering a key asks, and revoking it."""


def register_key(
    offered: KeyOffered, *, caller: Caller, at: datetime, world: Registering
) -> KeyRecord:
    """Keep a public key under its thumbprint. ForeignCustomerError; MalformedError if it is no key."""
    caller.require(offered.customer)
    by = world.keys.key_of(offered.customer).pseudonym(caller.identity)
    kid = thumbprint(offered.key)
    record = KeyRecord(kid=kid, key=offered.key, at=at, registered_by=by)
    return world.signers.register(offered.customer, record)


def revoke_key(
    revoked: KeyRevoked, *, caller: Caller, at: datetime, world: Registering
) -> KeyRecord:
    """Once this returns, the key signs no further act. ForeignCustomerError; NotFoundError if there is none."""
    caller.require(revoked.customer)
    known = world.signers.of(revoked.customer, revoked.kid)
    if known is None:
        raise NotFoundError("key")
    by = world.keys.key_of(revoked.customer).pseudonym(caller.identity)
    return world.signers.revoke(revoked.customer, known, at=at, by=by)

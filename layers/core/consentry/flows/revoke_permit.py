"""A permit is taken back before its end: nothing is redeemed on it once this returns."""

from datetime import datetime

from consentry.domain.callers import Caller
from consentry.domain.errors import NotFoundError
from consentry.domain.naming import customer_of
from consentry.domain.permits.redemption import Because, Revocation
from consentry.flows.worlds import WithPermits


def revoke_permit(
    permit_id: str, *, because: Because, caller: Caller, at: datetime, world: WithPermits
) -> Revocation:
    """Revoke the permit that was issued under this id (its `jti`); again is no error.

    Raises ForeignCustomerError, and NotFoundError for an id that no permit has: whoever named a decision's or
    a data set's, which look alike, would otherwise believe it done.
    """
    caller.require(customer_of(permit_id))
    if world.permits.issued(permit_id) is None:
        raise NotFoundError("permit")
    revocation = Revocation(permit_id, because, at)
    world.permits.revoke(revocation)
    return revocation

"""A permit is taken back before its end: nothing is redeemed on it once this returns."""

from datetime import datetime

from consentry.domain.callers import Caller
from consentry.domain.naming import customer_of
from consentry.domain.permits.redemption import Because, Revocation
from consentry.flows.worlds import WithPermits


def revoke_permit(
    permit_id: str, *, because: Because, caller: Caller, at: datetime, world: WithPermits
) -> Revocation:
    """Revoke the permit of this id (`permit_id` of a decision), also if it was not issued yet; again is no error.

    Raises ForeignCustomerError.
    """
    caller.require(customer_of(permit_id))
    revocation = Revocation(permit_id, because, at)
    world.permits.revoke(revocation)
    return revocation

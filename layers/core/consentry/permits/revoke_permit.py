"""A permit is taken back before its end: nothing is redeemed on it once this returns."""

from datetime import datetime

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import customer_of
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Revocation, RevocationReason


def revoke_permit(
    permit_id: str,
    *,
    reason: RevocationReason,
    caller: Caller,
    at: datetime,
    deps: PermitDependencies,
) -> Revocation:
    """Revoke the permit that was issued under this id (its `jti`); again is no error.

    Raises ForbiddenCustomerError, and NotFoundError for an id that no permit has: whoever named a decision's or
    a data set's, which look alike, would otherwise believe it done.
    """
    caller.require(customer_of(permit_id))
    if deps.permits.issued(permit_id) is None:
        raise NotFoundError("permit")
    revocation = Revocation(permit_id, reason, at)
    deps.permits.revoke(revocation)
    return revocation

"""Revoke a data permit before its end."""

from datetime import datetime

from consentry.kernel.authorization import Caller
from consentry.permits.get_permit import find_permit
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
    """Revoke the permit with this id (its `jti`). Once this returns, no redemption of it succeeds.

    Revoking it again changes nothing. ForbiddenCustomerError. NotFoundError for an id without a
    permit: ids of decisions and data sets look the same, and a caller who mixes them up must learn
    of it.
    """
    find_permit(permit_id, caller=caller, deps=deps)
    revocation = Revocation(permit_id, reason, at)
    deps.permits.revoke(revocation)
    return revocation

"""May this run use what was admitted? The permit as it was issued, for this caller and use, and still standing.

Everything that can be moved is checked once more with the write: a redemption stands on the permit's epochs, on
the customer's binding, on its decision's being the last revision, and on its not being revoked. No redemption
succeeds after a withdrawal that returned, and neither does the same redemption delivered again.
"""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import (
    AlreadyRedeemedError,
    ConflictingIdError,
    ConsentMovedError,
    NotFoundError,
    RevokedPermitError,
    UnansweredError,
)
from consentry.domain.naming import customer_of
from consentry.domain.permits.permit import Permit
from consentry.domain.permits.redemption import PermitPresented, Redemption
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.permit_ports import Permits
from consentry.flows.standing_allows import still_stands
from consentry.flows.worlds import Deciding, WithPermits

ATTEMPTS = 3


class Redeeming(Deciding, WithPermits, Protocol):
    """What a redemption asks."""


def redeem_permit(
    permit_id: str,
    presented: PermitPresented,
    *,
    caller: Caller,
    at: datetime,
    world: Redeeming,
) -> Redemption:
    """The redemption for this run, kept before it is returned.

    Raises ForeignCustomerError, NotFoundError, a PermitError that says why not; ConflictingIdError for a run id
    of another caller; UnansweredError if others kept writing.
    """
    permit = _presented(permit_id, presented, caller, at, world.permits)
    decision = world.decisions.latest(permit.decision_id)
    # The law is asked as for any allow that is told again; the fence below holds what can move meanwhile.
    if not (
        isinstance(decision, ScreeningDecision)
        and decision.revision == permit.revision
        and still_stands(decision, at=at, world=world)
    ):
        raise RevokedPermitError
    # INVARIANT: what is redeemed is in the log; of the item where permits are kept, its claims alone are nothing.
    permit.require_decided(decision)
    redemption = Redemption(
        permit_id=permit_id,
        decision_id=permit.decision_id,
        run_id=presented.run_id,
        redeemed_by=world.keys.key_of(permit.sub).pseudonym(caller.identity),
        at=at,
        until=permit.ends_at,
    )
    fence = Fence({}, decision.epochs, decision.binding.version)
    try:
        return _kept(permit, redemption, fence, world.permits)
    except ConsentMovedError:
        raise RevokedPermitError from None


def _presented(
    permit_id: str, presented: PermitPresented, caller: Caller, at: datetime, permits: Permits
) -> Permit:
    """The permit that was issued under this id, if it is the one presented, for this caller, file, use and time.

    No signature is checked: what was issued is known to the last character.
    """
    caller.require(customer_of(permit_id))
    issued = permits.issued(permit_id)
    if issued is None:
        raise NotFoundError("permit")
    issued.require_same(presented.permit)
    permit = issued.permit
    # `caller.require` has settled that this caller may name the customer.
    permit.require_audience(permit.sub, caller.identity)
    permit.require_files(admitted=presented.admitted)
    permit.require_use(
        operation=presented.use.operation,
        service=presented.use.service,
        model_owner=presented.model_owner,
    )
    permit.require_now(at)
    return permit


def _kept(permit: Permit, redemption: Redemption, fence: Fence, permits: Permits) -> Redemption:
    """The redemption of this run: ours, or the one that it has, once that is confirmed."""
    for _ in range(ATTEMPTS):
        known = permits.redemption(redemption.permit_id, redemption.run_id)
        if known is None:
            try:
                permits.redeem(permit, redemption, fence)
            except AlreadyRedeemedError:
                continue  # The same run at once: then its redemption is there to be confirmed.
            return redemption
        # All else in the body has been found to be what the permit says.
        if known.redeemed_by != redemption.redeemed_by:
            raise ConflictingIdError("run_id")
        # INVARIANT: what was once redeemed is never told again on trust.
        permits.confirm(permit, known, fence)
        return known
    raise UnansweredError("the run's redemption could not be read")

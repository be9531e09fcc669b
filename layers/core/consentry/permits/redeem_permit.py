"""May this run use what was admitted? The permit as it was issued, for this caller and use, and still standing.

Everything that can be moved is checked once more with the write: a redemption stands on the permit's epochs, on
the customer's binding, on its decision's being the last revision, and on its not being revoked. No redemption
succeeds after a withdrawal that returned, and neither does the same redemption delivered again.
"""

from datetime import datetime

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    AlreadyRedeemedError,
    ConflictingIdError,
    ConsentChangedError,
    NotFoundError,
    RevokedPermitError,
    UnavailableError,
)
from consentry.kernel.ids import customer_of
from consentry.permits.allow_validity import is_still_valid
from consentry.permits.data_permit import DataPermit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Redemption, RedemptionRequest
from consentry.screening.screening_decision import ScreeningDecision

ATTEMPTS = 3


def redeem_permit(
    permit_id: str,
    presented: RedemptionRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: PermitDependencies,
) -> Redemption:
    """The redemption for this run, kept before it is returned.

    Raises ForbiddenCustomerError, NotFoundError, a PermitError that says why not; ConflictingIdError for a run id
    of another caller; UnavailableError if others kept writing.
    """
    permit = _presented(permit_id, presented, caller, at, deps.permits)
    decision = deps.decisions.latest(permit.decision_id)
    # The law is asked as for any allow that is told again; the fence below holds what can move meanwhile.
    if not (
        isinstance(decision, ScreeningDecision)
        and decision.revision == permit.revision
        and is_still_valid(decision, at=at, deps=deps)
    ):
        raise RevokedPermitError
    # INVARIANT: what is redeemed is in the log; of the item where permits are kept, its claims alone are nothing.
    permit.require_decision(decision)
    redemption = Redemption(
        permit_id=permit_id,
        decision_id=permit.decision_id,
        run_id=presented.run_id,
        redeemed_by=deps.pseudonyms.key_of(permit.sub).pseudonym(caller.identity),
        at=at,
        until=permit.expires_at,
    )
    preconditions = CommitPreconditions({}, decision.epochs, decision.assignment.version)
    try:
        return _kept(permit, redemption, preconditions, deps.permits)
    except ConsentChangedError:
        raise RevokedPermitError from None


def _presented(
    permit_id: str,
    presented: RedemptionRequest,
    caller: Caller,
    at: datetime,
    permits: PermitRepository,
) -> DataPermit:
    """The permit that was issued under this id, if it is the one presented, for this caller, file, use and time.

    No signature is checked: what was issued is known to the last character.
    """
    caller.require(customer_of(permit_id))
    issued = permits.issued(permit_id)
    if issued is None:
        raise NotFoundError("permit")
    issued.require_identical(presented.permit)
    permit = issued.permit
    # `caller.require` has settled that this caller may name the customer.
    permit.require_audience(permit.sub, caller.identity)
    permit.require_files(admitted=presented.admitted)
    permit.require_use(
        operation=presented.use.operation,
        service=presented.use.service,
        model_owner=presented.model_owner,
    )
    permit.require_valid_at(at)
    return permit


def _kept(
    permit: DataPermit,
    redemption: Redemption,
    preconditions: CommitPreconditions,
    permits: PermitRepository,
) -> Redemption:
    """The redemption of this run: ours, or the one that it has, once that is confirmed."""
    for _ in range(ATTEMPTS):
        known = permits.redemption(redemption.permit_id, redemption.run_id)
        if known is None:
            try:
                permits.redeem(permit, redemption, preconditions)
            except AlreadyRedeemedError:
                continue  # The same run at once: then its redemption is there to be confirmed.
            return redemption
        # All else in the body has been found to be what the permit says.
        if known.redeemed_by != redemption.redeemed_by:
            raise ConflictingIdError("run_id")
        # INVARIANT: what was once redeemed is never told again on trust.
        permits.confirm(permit, known, preconditions)
        return known
    raise UnavailableError("the run's redemption could not be read")

"""Redeem a data permit for a run, which may then use the admitted file, or revoke the permit.

The checks before the write read the permit, the decision and the terms. The transaction of the
write checks again everything that can change in between: the permit's epochs, the customer's
assignment, that the decision has no later revision, and that the permit is not revoked. So after
a withdrawal has returned, no redemption succeeds, not even a repetition of an earlier one.
"""

from datetime import datetime

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import (
    AlreadyRedeemedError,
    ConflictingIdError,
    ConsentChangedError,
    RevokedPermitError,
    UnavailableError,
)
from consentry.permits.allow_validity import is_still_valid
from consentry.permits.data_permit import DataPermit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.get_permit import find_permit
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Redemption, RedemptionRequest, Revocation, RevocationReason
from consentry.screening.screening_decision import ScreeningDecision

ATTEMPTS = 3


def redeem_permit(
    permit_id: str,
    request: RedemptionRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: PermitDependencies,
) -> Redemption:
    """The redemption for this run, stored before it is returned.

    Raises ForbiddenCustomerError, NotFoundError; a PermitError that names the claim;
    ConflictingIdError for a run id that another caller used; UnavailableError if other requests
    interfered on every attempt.
    """
    issued = find_permit(permit_id, Permission.REDEEM, caller=caller, deps=deps)
    # No check of the signature is needed: the presented JWS must equal the stored one.
    issued.require_identical(request.permit)
    permit, use = issued.permit, request.use
    # `find_permit` has established that the caller may redeem permits of the customer.
    permit.require_audience(permit.sub, caller.identity)
    permit.require_claims(
        admitted=request.admitted,
        operation=use.operation,
        service=use.service,
        model_owner=request.model_owner,
    )
    permit.require_valid_at(at)
    decision = deps.decisions.latest(permit.decision_id)
    if not (
        isinstance(decision, ScreeningDecision)
        and decision.revision == permit.revision
        and is_still_valid(decision, at=at, deps=deps)
    ):
        raise RevokedPermitError
    # INVARIANT: only a decision in the log gives a permit. The claims in the permit table alone
    # give nothing.
    permit.require_decision(decision)
    redemption = Redemption(
        permit_id=permit_id,
        decision_id=permit.decision_id,
        run_id=request.run_id,
        redeemed_by=deps.pseudonyms.key_of(permit.sub).pseudonym(caller.identity),
        at=at,
        until=permit.expires_at,
    )
    preconditions = CommitPreconditions(decision.epochs, decision.assignment.version)
    try:
        return _store(permit, redemption, preconditions, deps.permits)
    except ConsentChangedError:
        raise RevokedPermitError from None


def _store(
    permit: DataPermit,
    redemption: Redemption,
    preconditions: CommitPreconditions,
    permits: PermitRepository,
) -> Redemption:
    """Store the redemption of this run, or check the stored one again and return it."""
    for _ in range(ATTEMPTS):
        stored = permits.get_redemption(redemption.permit_id, redemption.run_id)
        if stored is None:
            try:
                permits.redeem(permit, redemption, preconditions)
            except AlreadyRedeemedError:
                continue  # A concurrent request of the same run stored one: read it.
            return redemption
        # The rest of the request matches the permit already, so only the caller can differ.
        if stored.redeemed_by != redemption.redeemed_by:
            raise ConflictingIdError("run_id")
        # INVARIANT: a stored redemption is returned only after its preconditions were checked
        # again.
        permits.recheck(permit, stored, preconditions)
        return stored
    raise UnavailableError("the redemption of the run could not be read")


def revoke_permit(
    permit_id: str,
    *,
    reason: RevocationReason,
    caller: Caller,
    at: datetime,
    deps: PermitDependencies,
) -> Revocation:
    """Revoke the permit with this id (its `jti`). Once this returns, no redemption of it succeeds.

    Revoking it again changes nothing. Raises ForbiddenCustomerError; NotFoundError if no permit has
    this id (ids of decisions and data sets look the same, so a wrong id must not seem revoked).
    """
    find_permit(permit_id, Permission.ADMINISTER, caller=caller, deps=deps)
    revocation = Revocation(permit_id, reason, at)
    deps.permits.revoke(revocation)
    return revocation

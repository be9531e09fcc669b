"""HTTP: redeem a data permit for one run."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from consentry.kernel import errors
from consentry.kernel.ids import token_of
from consentry.permits import redeem_permit as use_case
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Redemption, RedemptionRequest
from functions.adapters.api_gateway import (
    PathCustomerToken,
    PathId,
    authenticate,
    create_app,
    created,
    endpoint,
    logger,
    require_own,
)
from functions.adapters.observability import count

app, handle = create_app()


@dataclass(frozen=True, slots=True)
class RedemptionResponse:
    """The run may use the admitted file now. A run that has not begun by `until` needs another permit."""

    permit_id: str
    decision_id: str
    run_id: str
    at: datetime
    until: datetime


@endpoint(
    app,
    "POST /customers/{customer}/permits/{permit_id}/redeem",
    "permits",
    "Redeem a data permit for a run",
    errors.InvalidPermitSignatureError,
    errors.ForbiddenAudienceError,
    errors.NotFoundError,
    errors.ConflictingIdError,
    errors.ExpiredPermitError,
    errors.MismatchedPermitError,
    errors.RevokedPermitError,
    status=HTTPStatus.CREATED,
    body=True,
)
def redeem_permit(
    customer: PathId, permit_id: PathCustomerToken, redemption: RedemptionRequest
) -> Response[RedemptionResponse]:
    """Redeem a permit for a run, as its audience, while everything that the permit depends on is unchanged."""
    caller = authenticate(app)
    require_own(caller, customer, permit_id, "permit")
    redeemed = use_case.redeem_permit(
        permit_id,
        redemption,
        caller=caller,
        at=datetime.now(UTC),
        deps=PermitDependencies.open(os.environ),
    )
    logger.info("permit redeemed", extra={"decision_token": token_of(redeemed.decision_id)})
    count("Permit.redeemed")
    path = f"/customers/{customer}/permits/{permit_id}/redemptions/{redeemed.run_id}"
    return created(_response(redeemed), path)


def _response(redemption: Redemption) -> RedemptionResponse:
    return RedemptionResponse(
        permit_id=redemption.permit_id,
        decision_id=redemption.decision_id,
        run_id=redemption.run_id,
        at=redemption.at,
        until=redemption.until,
    )

"""HTTP: data permits and their redemptions."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from consentry.kernel import errors
from consentry.kernel.authorization import Permission
from consentry.kernel.ids import token_of
from consentry.permits import get_permit as permits
from consentry.permits import redeem_permit as use_case
from consentry.permits.get_permit import PermitDetails, PermitPage
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Redemption, RedemptionRequest
from functions.adapters.api_gateway import Api, Limit, Page, PathCustomerToken, PathId
from functions.adapters.observability import count, logger

app = Api("permits")
handle = app.handle


@dataclass(frozen=True, slots=True)
class RedemptionResponse:
    """The run may use the admitted file now. A run that has not begun by `until` needs another permit."""

    permit_id: str
    decision_id: str
    run_id: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RedemptionPageResponse:
    """Some redemptions in the order of their run ids; `next_page` is None on the last page."""

    redemptions: tuple[RedemptionResponse, ...]
    next_page: str | None


@app.endpoint("GET /customers/{customer}/permits", "List the data permits", Permission.READ)
def list_permits(customer: PathId, limit: Limit = 50, page: Page = None) -> PermitPage:
    """The customer's permits with their claims and status, in the order of their ids."""
    caller, deps, now = app.authenticate(), PermitDependencies.open(os.environ), datetime.now(UTC)
    return permits.list_permits(customer, limit=limit, page=page, caller=caller, at=now, deps=deps)


@app.endpoint(
    "GET /customers/{customer}/permits/{permit_id}", "Show one data permit", Permission.READ
)
def get_permit(customer: PathId, permit_id: PathCustomerToken) -> PermitDetails:
    """The claims and status of a permit, without its signature: its holder could redeem it."""
    caller, deps = app.authorize(customer, permit_id, "permit"), PermitDependencies.open(os.environ)
    return permits.get_permit(permit_id, caller=caller, at=datetime.now(UTC), deps=deps)


@app.endpoint(
    "GET /customers/{customer}/permits/{permit_id}/redemptions",
    "List the redemptions of a data permit",
    Permission.READ,
)
def list_redemptions(
    customer: PathId, permit_id: PathCustomerToken, limit: Limit = 50, page: Page = None
) -> RedemptionPageResponse:
    """The runs that a permit was redeemed for, in the order of their ids."""
    caller, deps = app.authorize(customer, permit_id, "permit"), PermitDependencies.open(os.environ)
    found = permits.list_redemptions(permit_id, limit=limit, page=page, caller=caller, deps=deps)
    return RedemptionPageResponse(tuple(map(_response, found.redemptions)), found.next_page)


@app.endpoint(
    "GET /customers/{customer}/permits/{permit_id}/redemptions/{run_id}",
    "Show one redemption of a data permit",
    Permission.READ,
)
def get_redemption(
    customer: PathId, permit_id: PathCustomerToken, run_id: PathId
) -> RedemptionResponse:
    """The redemption of a permit for one run."""
    caller, deps = app.authorize(customer, permit_id, "permit"), PermitDependencies.open(os.environ)
    return _response(permits.get_redemption(permit_id, run_id, caller=caller, deps=deps))


@app.endpoint(
    "POST /customers/{customer}/permits/{permit_id}/redeem",
    "Redeem a data permit for a run",
    Permission.REDEEM,
    errors.InvalidPermitSignatureError,
    errors.ForbiddenAudienceError,
    errors.ConflictingIdError,
    errors.ExpiredPermitError,
    errors.MismatchedPermitError,
    errors.RevokedPermitError,
)
def redeem_permit(
    customer: PathId, permit_id: PathCustomerToken, redemption: RedemptionRequest
) -> Response[RedemptionResponse]:
    """Redeem a permit for a run. The caller must be its audience, and nothing that it depends on may have changed."""
    caller, deps = app.authorize(customer, permit_id, "permit"), PermitDependencies.open(os.environ)
    redeemed = use_case.redeem_permit(
        permit_id, redemption, caller=caller, at=datetime.now(UTC), deps=deps
    )
    logger.info("permit redeemed", extra={"decision_token": token_of(redeemed.decision_id)})
    count("Permit.redeemed")
    path = f"/customers/{customer}/permits/{permit_id}/redemptions/{redeemed.run_id}"
    return app.created(_response(redeemed), path)


def _response(redemption: Redemption) -> RedemptionResponse:
    return RedemptionResponse(**redemption.model_dump(exclude={"redeemed_by"}))

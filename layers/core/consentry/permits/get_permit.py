"""Show data permits, whether they were revoked, and the runs that they were redeemed for."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import TOKEN_PATTERN, customer_of, token_of
from consentry.kernel.pages import require_page, take_page
from consentry.kernel.schema import ID_PATTERN
from consentry.permits.data_permit import DataPermit
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import Redemption, Revocation, RevocationReason
from consentry.permits.signature import IssuedPermit

_PERMIT_PAGE, _REDEMPTION_PAGE = re.compile(TOKEN_PATTERN), re.compile(ID_PATTERN)


class PermitStatus(StrEnum):
    """The status of a permit by its own items and the time.

    An `issued` permit can still be rejected: a redemption also checks the decision and every
    consent.
    """

    ISSUED = "issued"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class PermitDetails:
    """The claims of a permit and its status, without the signed JWS: its holder could redeem the permit."""

    permit_id: str
    status: PermitStatus
    expires_at: datetime
    revoked_at: datetime | None
    revocation_reason: RevocationReason | None
    claims: DataPermit


@dataclass(frozen=True, slots=True)
class PermitPage:
    """Some permits in the order of their ids; the last page has no `next_page`."""

    permits: tuple[PermitDetails, ...]
    next_page: str | None


@dataclass(frozen=True, slots=True)
class RedemptionPage:
    """Some redemptions in the order of their run ids; the last page has no `next_page`."""

    redemptions: tuple[Redemption, ...]
    next_page: str | None


def get_permit(
    permit_id: str, *, caller: Caller, at: datetime, deps: PermitDependencies
) -> PermitDetails:
    """One permit. Raises ForbiddenCustomerError, NotFoundError."""
    permit = find_permit(permit_id, Permission.READ, caller=caller, deps=deps).permit
    revocation = deps.permits.get_revocations([permit_id]).get(permit_id)
    return _details(permit, revocation, at)


def list_permits(
    customer: str,
    *,
    limit: int,
    page: str | None,
    caller: Caller,
    at: datetime,
    deps: PermitDependencies,
) -> PermitPage:
    """A page of a customer's permits. Raises ForbiddenCustomerError, InvalidRequestError."""
    caller.require(customer, Permission.READ)
    require_page(page, _PERMIT_PAGE)
    found, more = take_page(deps.permits.list_by_customer(customer, page), limit)
    permits = [issued.permit for issued in found]
    revocations = deps.permits.get_revocations([permit.jti for permit in permits])
    return PermitPage(
        tuple(_details(permit, revocations.get(permit.jti), at) for permit in permits),
        token_of(permits[-1].jti) if more else None,
    )


def get_redemption(
    permit_id: str, run_id: str, *, caller: Caller, deps: PermitDependencies
) -> Redemption:
    """The redemption of a permit for one run. Raises ForbiddenCustomerError, NotFoundError."""
    find_permit(permit_id, Permission.READ, caller=caller, deps=deps)
    redemption = deps.permits.get_redemption(permit_id, run_id)
    if redemption is None:
        raise NotFoundError("redemption")
    return redemption


def list_redemptions(
    permit_id: str, *, limit: int, page: str | None, caller: Caller, deps: PermitDependencies
) -> RedemptionPage:
    """A page of a permit's redemptions. Raises ForbiddenCustomerError, NotFoundError, InvalidRequestError."""
    find_permit(permit_id, Permission.READ, caller=caller, deps=deps)
    require_page(page, _REDEMPTION_PAGE)
    redemptions, more = take_page(deps.permits.list_redemptions(permit_id, page), limit)
    return RedemptionPage(redemptions, redemptions[-1].run_id if more else None)


def find_permit(
    permit_id: str, permission: Permission, *, caller: Caller, deps: PermitDependencies
) -> IssuedPermit:
    """A permit as it was issued. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer_of(permit_id), permission)
    issued = deps.permits.get(permit_id)
    if issued is None:
        raise NotFoundError("permit")
    return issued


def _details(permit: DataPermit, revocation: Revocation | None, at: datetime) -> PermitDetails:
    unrevoked = PermitStatus.EXPIRED if at >= permit.expires_at else PermitStatus.ISSUED
    return PermitDetails(
        permit_id=permit.jti,
        status=PermitStatus.REVOKED if revocation else unrevoked,
        expires_at=permit.expires_at,
        revoked_at=revocation.at if revocation else None,
        revocation_reason=revocation.reason if revocation else None,
        claims=permit,
    )

"""What the permit door is asked and answers, and how it redeems with the environment's stores."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.kernel.authorization import Caller
from consentry.permits.open import PermitDependencies
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import RedemptionRequest
from functions.adapters.api_gateway import logger
from functions.adapters.observability import count


@dataclass(frozen=True, slots=True)
class RedemptionResponse:
    """The run may use the admitted file now; if it has not begun by `until`, it needs another permit."""

    permit_id: str
    decision_id: str
    run_id: str
    at: datetime
    until: datetime


def redeem(
    permit_id: str, redemption_request: RedemptionRequest, caller: Caller
) -> RedemptionResponse:
    """Redeem a permit for a run; a PermitError says why not."""
    redemption = redeem_permit(
        permit_id,
        redemption_request,
        caller=caller,
        at=datetime.now(UTC),
        deps=PermitDependencies.open(os.environ),
    )
    decision = redemption.decision_id.rpartition("~")[2]
    logger.info("permit redeemed", extra={"decision": decision})
    count("Permit.redeemed")
    return RedemptionResponse(
        permit_id=redemption.permit_id,
        decision_id=redemption.decision_id,
        run_id=redemption.run_id,
        at=redemption.at,
        until=redemption.until,
    )

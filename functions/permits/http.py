"""POST /permits/{permit_id}/redeem: may this run begin to use what was admitted?"""

from consentry.permits.redemption import RedemptionRequest
from functions.adapters.api_gateway import PathCustomerToken, caller_of, create_app
from functions.permits.redemptions import RedemptionResponse, redeem

app, handle = create_app()


@app.post("/permits/<permit_id>/redeem")
def redeem_permit_for_run(
    permit_id: PathCustomerToken, redemption_request: RedemptionRequest
) -> RedemptionResponse:
    """Redeem a permit for a run, by its audience, while all that it stands on stands."""
    return redeem(permit_id, redemption_request, caller_of(app))

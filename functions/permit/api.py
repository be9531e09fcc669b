"""POST /permits/{permit_id}/redeem: may this run begin to use what was admitted?"""

from consentry.permits.redemption import RedemptionRequest
from functions.http import PathToken, caller_of, open_door
from functions.permit.redeeming import Redeemed, redeem

app, handle = open_door()


@app.post("/permits/<permit_id>/redeem")
def redeem_for_run(permit_id: PathToken, presented: RedemptionRequest) -> Redeemed:
    """Redeem a permit for a run, by its audience, while all that it stands on stands."""
    return redeem(permit_id, presented, caller_of(app))

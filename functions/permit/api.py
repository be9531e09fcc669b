"""POST /permits/{permit_id}/redeem: may this run begin to use what was admitted?"""

from consentry.domain.permits.redemption import PermitPresented
from functions.http import PathToken, caller_of, open_door
from functions.permit.redeeming import Redeemed, redeem

app, handle = open_door()


@app.post("/permits/<permit_id>/redeem")
def redeem_for_run(permit_id: PathToken, presented: PermitPresented) -> Redeemed:
    """Redeem a permit for a run, by its audience, while all that it stands on stands."""
    return redeem(permit_id, presented, caller_of(app))

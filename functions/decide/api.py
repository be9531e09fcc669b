"""POST /decisions: may this data be used so?"""

from consentry.decisions.response import DecisionResponse, decision_response
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.schema import Id
from functions.decide.deciding import decide_for
from functions.http import caller_of, logger, open_door, or_api_id

app, handle = open_door()


class DataUseAsked(DataUseRequest):
    """May this data be used so? Nothing here speaks of consent: only stored acts count.

    Without a `request_id` each try is a request of its own.
    """

    request_id: Id = or_api_id(app)


@app.post("/decisions")
def answer(request: DataUseAsked) -> DecisionResponse:
    """May this data be used so? The same request id gets the same decision."""
    return decision_response(decide_for(request, caller_of(app), logger))

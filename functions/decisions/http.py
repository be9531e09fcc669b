"""POST /decisions: may this data be used so?"""

from consentry.decisions.response import DecisionResponse, decision_response
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.schema import Id
from functions.adapters.api_gateway import caller_of, create_app, default_api_request_id, logger
from functions.decisions.decide_request import decide_and_log

app, handle = create_app()


class DecisionRequest(DataUseRequest):
    """May this data be used so? Nothing here speaks of consent: only stored acts count.

    Without a `request_id` each try is a request of its own.
    """

    request_id: Id = default_api_request_id(app)


@app.post("/decisions")
def create_decision(request: DecisionRequest) -> DecisionResponse:
    """May this data be used so? The same request id gets the same decision."""
    return decision_response(decide_and_log(request, caller_of(app), logger))

"""POST /decisions: may this data be used so?"""

from consentry.domain.contract import Id
from consentry.domain.decision.answer import Answer, answer_of
from consentry.domain.requests import DataUseRequest
from functions.decide.deciding import decide_for
from functions.http import caller_of, logger, open_door, or_api_id

app, handle = open_door()


class DataUseAsked(DataUseRequest):
    """May this data be used so? Nothing here speaks of consent: only stored acts count.

    Without a `request_id` each try is a request of its own.
    """

    request_id: Id = or_api_id(app)


@app.post("/decisions")
def answer(request: DataUseAsked) -> Answer:
    """May this data be used so? The same request id gets the same decision."""
    return answer_of(decide_for(request, caller_of(app), logger))

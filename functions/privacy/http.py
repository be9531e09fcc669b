"""POST /erasures: a person is erased, and whoever asked is told what an erasure does not reach."""

from consentry.kernel.schema import Id
from consentry.privacy.erasure import Erasure
from functions.adapters.api_gateway import caller_of, create_app, default_api_request_id
from functions.privacy import erasures
from functions.privacy.erasures import ErasureResponse

app, handle = create_app()


class ErasureRequest(Erasure):
    """An erasure. Without an `erasure_id` each try is an erasure of its own, of what came since the last too."""

    erasure_id: Id = default_api_request_id(app)


@app.post("/erasures")
def erase(erasure: ErasureRequest) -> ErasureResponse:
    """Erase one of a customer's people; once this answers, nothing that they gave before counts."""
    return erasures.erase(erasure, caller_of(app))

"""POST /erasures: a person is erased, and whoever asked is told what an erasure does not reach."""

from consentry.kernel.schema import Id
from consentry.privacy.erasure import Erasure
from functions.erase import erasing
from functions.erase.erasing import PersonErased
from functions.http import caller_of, open_door, or_api_id

app, handle = open_door()


class ErasureAsked(Erasure):
    """An erasure. Without an `erasure_id` each try is an erasure of its own, of what came since the last too."""

    erasure_id: Id = or_api_id(app)


@app.post("/erasures")
def erase(erasure: ErasureAsked) -> PersonErased:
    """Erase one of a customer's people; once this answers, nothing that they gave before counts."""
    return erasing.erase(erasure, caller_of(app))

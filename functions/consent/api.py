"""Consents over HTTP: parties grant, refuse, withdraw; standings are shown; forms and keys are registered."""

from typing import Literal

from consentry.domain.consent.acts import ALL, ActKind, ConsentAct, Nodes, Uses
from consentry.domain.contract import Id
from functions.consent import receipts, registering, showing
from functions.consent.acting import ActKept, keep
from functions.http import caller_of, open_door, or_api_id

app, handle = open_door()
app.include_router(registering.router)
app.include_router(receipts.router)
app.include_router(showing.router)


class ConsentWithdrawn(ConsentAct):
    """A withdrawal, of everything unless it says otherwise. Without an `act_id` each try is an act of its own."""

    act_id: Id = or_api_id(app)
    kind: ActKind = ActKind.WITHDRAW
    uses: Uses | Literal["all"] = ALL
    data: Nodes | Literal["all"] = ALL


@app.post("/consents")
def give(act: ConsentAct) -> ActKept:
    """A customer or one of its people grants or refuses."""
    return keep(act, caller_of(app), kinds=(ActKind.GRANT, ActKind.REFUSE))


@app.post("/consents/withdraw")
def withdraw(act: ConsentWithdrawn) -> ActKept:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    return keep(act, caller_of(app), kinds=(ActKind.WITHDRAW,))

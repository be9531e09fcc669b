"""Consents over HTTP: parties grant, refuse, withdraw; standings are shown; forms and keys are registered."""

from typing import Literal

from consentry.consent.consent_event import ALL, ConsentEvent, ConsentEventKind, Nodes, Uses
from consentry.kernel.schema import Id
from functions.consent import receipts, registering, showing
from functions.consent.acting import ActKept, keep
from functions.http import caller_of, open_door, or_api_id

app, handle = open_door()
app.include_router(registering.router)
app.include_router(receipts.router)
app.include_router(showing.router)


class ConsentWithdrawn(ConsentEvent):
    """A withdrawal, of everything unless it says otherwise. Without an `act_id` each try is an act of its own."""

    consent_event_id: Id = or_api_id(app)
    kind: ConsentEventKind = ConsentEventKind.WITHDRAWAL
    uses: Uses | Literal["all"] = ALL
    data: Nodes | Literal["all"] = ALL


@app.post("/consents")
def give(consent_event: ConsentEvent) -> ActKept:
    """A customer or one of its people grants or refuses."""
    return keep(
        consent_event, caller_of(app), kinds=(ConsentEventKind.GRANT, ConsentEventKind.REFUSAL)
    )


@app.post("/consents/withdraw")
def withdraw(consent_event: ConsentWithdrawn) -> ActKept:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    return keep(consent_event, caller_of(app), kinds=(ConsentEventKind.WITHDRAWAL,))

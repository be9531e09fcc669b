"""Consents over HTTP: parties grant, refuse, withdraw; standings are shown; forms and keys are registered."""

from typing import Literal

from consentry.consent.consent_event import ALL, ConsentEvent, ConsentEventKind, Nodes, Uses
from consentry.kernel.schema import Id
from functions.adapters.api_gateway import caller_of, create_app, default_api_request_id
from functions.consent import forms_and_keys, get_consent, receipts
from functions.consent.record_consent import ConsentEventResponse, record_event

app, handle = create_app()
app.include_router(forms_and_keys.router)
app.include_router(receipts.router)
app.include_router(get_consent.router)


class WithdrawalRequest(ConsentEvent):
    """A withdrawal, of everything unless it says otherwise. Without an `act_id` each try is an act of its own."""

    consent_event_id: Id = default_api_request_id(app)
    kind: ConsentEventKind = ConsentEventKind.WITHDRAWAL
    uses: Uses | Literal["all"] = ALL
    data: Nodes | Literal["all"] = ALL


@app.post("/consents")
def record_consent_event(consent_event: ConsentEvent) -> ConsentEventResponse:
    """A customer or one of its people grants or refuses."""
    return record_event(
        consent_event, caller_of(app), kinds=(ConsentEventKind.GRANT, ConsentEventKind.REFUSAL)
    )


@app.post("/consents/withdraw")
def record_withdrawal(consent_event: WithdrawalRequest) -> ConsentEventResponse:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    return record_event(consent_event, caller_of(app), kinds=(ConsentEventKind.WITHDRAWAL,))

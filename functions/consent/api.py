"""Consents over HTTP: parties grant, refuse, withdraw; standings are shown; forms and keys are registered."""

from consentry.domain.consent.acts import ActKind, ConsentAct
from consentry.domain.contract import Id
from consentry.flows.show_consent import ConsentShown
from functions.consent import receipts, registering
from functions.consent.acting import ActKept, AsOf, keep, show
from functions.http import PathId, caller_of, open_door, or_api_id

app, handle = open_door()
app.include_router(registering.router)
app.include_router(receipts.router)


class ConsentWithdrawn(ConsentAct):
    """A withdrawal. Without an `act_id` each try is an act of its own: a grant would undo what came between."""

    act_id: Id = or_api_id(app)


@app.post("/consents")
def give(act: ConsentAct) -> ActKept:
    """A customer or one of its people grants or refuses."""
    return keep(act, caller_of(app), kinds=(ActKind.GRANT, ActKind.REFUSE))


@app.post("/consents/withdraw")
def withdraw(act: ConsentWithdrawn) -> ActKept:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    return keep(act, caller_of(app), kinds=(ActKind.WITHDRAW,))


@app.get("/consents/<customer>")
def of_customer(customer: PathId, as_of: AsOf = None) -> ConsentShown:
    """The customer's own standings and acts, now or at another moment."""
    return show(customer, None, caller_of(app), as_of=as_of)


@app.get("/consents/<customer>/<person>")
def of_person(customer: PathId, person: PathId, as_of: AsOf = None) -> ConsentShown:
    """A person's standings and acts, now or at another moment."""
    return show(customer, person, caller_of(app), as_of=as_of)

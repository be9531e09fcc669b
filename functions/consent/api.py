"""Consents over HTTP: forms are registered; parties grant, refuse, withdraw; standings are shown."""

import os
from typing import Any

from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws.stores import open_stores
from consentry.domain.acts import ActKind, ConsentAct, Form
from consentry.domain.contract import Id
from consentry.domain.errors import MalformedError
from consentry.flows.register_form import register_form
from consentry.flows.show_consent import ConsentShown
from functions.consent.acting import ActKept, FormRegistered, keep, show
from functions.http import caller_of, logger, open_app

app = open_app()


@app.post("/forms")
def register(form: Form) -> FormRegistered:
    """Register a consent form by its text."""
    consents = open_stores(os.environ).consents
    return FormRegistered(register_form(form, caller=caller_of(app), consents=consents))


@app.post("/consents")
def give(act: ConsentAct) -> ActKept:
    """A customer or one of its people grants or refuses."""
    if act.kind is ActKind.WITHDRAW:
        raise MalformedError("kind", "is grant or refuse; to withdraw, POST /consents/withdraw")
    return keep(act, caller_of(app))


@app.post("/consents/withdraw")
def withdraw(act: ConsentAct) -> ActKept:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    if act.kind is not ActKind.WITHDRAW:
        raise MalformedError("kind", "is withdraw; to grant or refuse, POST /consents")
    return keep(act, caller_of(app))


@app.get("/consents/<customer>")
def of_customer(customer: Id) -> ConsentShown:
    """The customer's own standings and acts."""
    return show(customer, None, caller_of(app))


@app.get("/consents/<customer>/<person>")
def of_person(customer: Id, person: Id) -> ConsentShown:
    """A person's standings and acts."""
    return show(customer, person, caller_of(app))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an HTTP API event of payload format 2.0."""
    return app.resolve(event, context)

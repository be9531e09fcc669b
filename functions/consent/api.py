"""Consents over HTTP: forms are registered; parties grant, refuse, withdraw; standings are shown."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws.stores import open_stores
from consentry.domain.acts import ActKind, ConsentAct, Form
from consentry.domain.contract import Id
from consentry.domain.errors import MalformedError
from consentry.flows.record_consent import record_consent
from consentry.flows.register_form import register_form
from consentry.flows.show_consent import ConsentShown, UseStanding, show_consent, standings_of
from functions.http import caller_of, logger, open_app
from functions.telling import count

app = open_app()


@dataclass(frozen=True, slots=True)
class FormRegistered:
    """The digest by which acts name the form."""

    form: str


@dataclass(frozen=True, slots=True)
class ActKept:
    """An act as it is kept, and what its party's acts come to now."""

    act_id: str
    version: int
    at: datetime
    standings: tuple[UseStanding, ...]


@app.post("/forms")
def register(form: Form) -> FormRegistered:
    """Register a consent form by its text."""
    stores = open_stores(os.environ)
    return FormRegistered(register_form(form, caller=caller_of(app), consents=stores.consents))


@app.post("/consents")
def give(act: ConsentAct) -> ActKept:
    """A customer or one of its people grants or refuses."""
    if act.kind is ActKind.WITHDRAW:
        raise MalformedError("kind", "is grant or refuse; to withdraw, POST /consents/withdraw")
    return _keep(act)


@app.post("/consents/withdraw")
def withdraw(act: ConsentAct) -> ActKept:
    """A customer or one of its people takes consent back; once this answers, it holds."""
    if act.kind is not ActKind.WITHDRAW:
        raise MalformedError("kind", "is withdraw; to grant or refuse, POST /consents")
    return _keep(act)


@app.get("/consents/<customer>")
def of_customer(customer: Id) -> ConsentShown:
    """The customer's own standings and acts."""
    return _show(customer, None)


@app.get("/consents/<customer>/<person>")
def of_person(customer: Id, person: Id) -> ConsentShown:
    """A person's standings and acts."""
    return _show(customer, person)


def _keep(act: ConsentAct) -> ActKept:
    stores, now = open_stores(os.environ), datetime.now(UTC)
    kept = record_consent(
        act, caller=caller_of(app), at=now, keys=stores.keys, consents=stores.consents
    )
    logger.info("act kept", extra={"kind": act.kind, "version": kept.record.version})
    count(f"Act.{act.kind}")
    standings = standings_of(kept.state, at=now)
    return ActKept(act.act_id, kept.record.version, kept.record.at, standings)


def _show(customer: str, person: str | None) -> ConsentShown:
    stores = open_stores(os.environ)
    return show_consent(
        customer,
        person,
        caller=caller_of(app),
        at=datetime.now(UTC),
        keys=stores.keys,
        consents=stores.consents,
    )


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an HTTP API event of payload format 2.0."""
    return app.resolve(event, context)

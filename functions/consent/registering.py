"""What acts stand on, over HTTP: forms and the keys that sign are registered, and keys revoked."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.aws.stores import open_stores
from consentry.domain.consent.forms import Form
from consentry.domain.consent.signing_keys import KeyOffered, KeyRecord, KeyRevoked
from consentry.flows.register_form import register_form
from consentry.flows.register_key import register_key, revoke_key
from functions.http import caller_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class FormRegistered:
    """The digest by which acts name the form."""

    form: str


@router.post("/forms")
def form(form: Form) -> FormRegistered:
    """Register a consent form by its text, with the uses and data that the text asks for."""
    world = open_stores(os.environ)
    return FormRegistered(register_form(form, caller=caller_of(router), world=world))


@router.post("/keys")
def key(offered: KeyOffered) -> KeyRecord:
    """Register a public key that acts are signed with, by its thumbprint (RFC 7638)."""
    caller, world, now = caller_of(router), open_stores(os.environ), datetime.now(UTC)
    return register_key(offered, caller=caller, at=now, world=world)


@router.post("/keys/revoke")
def revoke(revoked: KeyRevoked) -> KeyRecord:
    """Revoke a key; once this answers, it signs no further act."""
    caller, world, now = caller_of(router), open_stores(os.environ), datetime.now(UTC)
    return revoke_key(revoked, caller=caller, at=now, world=world)

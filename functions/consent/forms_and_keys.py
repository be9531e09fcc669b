"""What acts stand on, over HTTP: forms and the keys that sign are registered, and keys revoked."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.consent.forms import Form
from consentry.consent.open import ConsentDependencies
from consentry.consent.register_form import register_form
from consentry.consent.register_key import register_key, revoke_key
from consentry.consent.signing_keys import SigningKey, SigningKeyRegistration, SigningKeyRevocation
from functions.adapters.api_gateway import caller_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class RegisteredForm:
    """The digest by which acts name the form."""

    form: str


@router.post("/forms")
def form(form: Form) -> RegisteredForm:
    """Register a consent form by its text, with the uses and data that the text asks for."""
    deps = ConsentDependencies.open(os.environ)
    return RegisteredForm(register_form(form, caller=caller_of(router), deps=deps))


@router.post("/keys")
def key(registration: SigningKeyRegistration) -> SigningKey:
    """Register a public key that acts are signed with, by its thumbprint (RFC 7638)."""
    caller, deps, now = caller_of(router), ConsentDependencies.open(os.environ), datetime.now(UTC)
    return register_key(registration, caller=caller, at=now, deps=deps)


@router.post("/keys/revoke")
def revoke_signing_key(revocation: SigningKeyRevocation) -> SigningKey:
    """Revoke a key; once this answers, it signs no further act."""
    caller, deps, now = caller_of(router), ConsentDependencies.open(os.environ), datetime.now(UTC)
    return revoke_key(revocation, caller=caller, at=now, deps=deps)

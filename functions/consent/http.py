"""HTTP: consent events, withdrawals, consent, receipts, and the forms and keys that consent events name."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator, field_validator

from consentry.consent import form_registry as forms
from consentry.consent import get_consent as consent
from consentry.consent import key_registry as keys
from consentry.consent import similar_people as similar
from consentry.consent.consent_event import (
    ALL,
    ConsentEvent,
    ConsentEventKind,
    NamedPerson,
    Nodes,
    Party,
    Uses,
    read_party,
)
from consentry.consent.form_registry import FormPage
from consentry.consent.forms import Form, RegisteredForm
from consentry.consent.get_consent import ConsentDetails
from consentry.consent.key_registry import SigningKeyPage
from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.consent.signing_keys import Kid, SigningJwk, SigningKey
from consentry.consent.similar_people import SimilarPeople
from consentry.consent.status import UseStatus, summarize_statuses
from consentry.html.environment import content_security_policy
from consentry.kernel import errors
from consentry.kernel.authorization import Permission
from consentry.kernel.schema import Id, PersonId, StrictModel, UtcDatetime
from consentry.propagation.propagation import propagates, withdrawal_id
from consentry.receipts import get_receipt as receipts
from consentry.receipts.document import MEDIA_TYPE, to_json
from consentry.receipts.explanation import explain_stop
from consentry.receipts.receipt import receipt_path
from consentry.receipts.receipt_page import render_receipt_page
from functions.adapters.api_gateway import Api, Limit, Page, PathId, PathSha256
from functions.adapters.content_negotiation import prefers_html
from functions.adapters.observability import count, logger

app = Api("consent")
handle = app.handle

PathKid = Annotated[Kid, BeforeValidator(unquote)]
PartyName = Annotated[
    str | None, Query(description="`customer`: the customer itself. Else name a `person`.")
]
Person = Annotated[PersonId | None, Query(description="A person. Else name the `party`.")]
AsOf = Annotated[
    UtcDatetime | None, Query(alias="at", description="The moment to show; now, if it is left out.")
]


# ---------------------------------------------------------------- consent events and withdrawals
class ConsentEventRequest(ConsentEvent):
    """A grant or a refusal, by the customer or by one of its people, as `party` states.

    The id is required: a retried grant without an id could undo a withdrawal. A grant without `until` has no end;
    `null` is an error, since it may be an end that the sender failed to compute.
    """

    customer: ClassVar[str]  # type: ignore[misc] # The path names the customer; in a body it is an unknown field.

    @field_validator("until", mode="before")
    @classmethod
    def _is_a_time(cls, until: Any) -> Any:
        if until is None:
            raise ValueError("is a time, or left out for a grant without an end; never null")
        return until


class WithdrawalRequest(ConsentEvent):
    """A withdrawal by a party. Without a `consent_event_id` each request is an event of its own.

    Without `uses` and `data` it covers everything: it can only deny.
    """

    customer: ClassVar[str]  # type: ignore[misc] # The path names the customer; in a body it is an unknown field.
    consent_event_id: Id = app.generated_id()
    kind: ConsentEventKind = ConsentEventKind.WITHDRAWAL
    uses: Uses | Literal["all"] = ALL
    data: Nodes | Literal["all"] = ALL


@dataclass(frozen=True, slots=True)
class ConsentEventResponse:
    """A consent event as it is stored, the party's consent statuses after it, and the path of its receipt."""

    consent_event_id: str
    version: int
    at: datetime
    statuses: tuple[UseStatus, ...]
    known_before: bool | None
    """Whether the person was known: from a consent event, a decision, or an admitted row. If false, check the id."""
    similar_ids: int | None
    """How many other people have an id that is equal by NFKC, casefold, strip and number."""
    superseded_by: tuple[str, ...]
    """The events that a late grant leaves in force; empty for an event that took effect in its whole scope."""
    receipt: str
    explanation: tuple[str, ...]
    """What a refusal or withdrawal stops and what continues, in sentences; empty if it stops nothing."""
    withdrawal_id: str | None
    """For `GET /customers/{customer}/withdrawals/{withdrawal_id}`; None if nothing was refused or withdrawn."""


_EVENT_ERRORS = (
    errors.NotFoundError,
    errors.ConflictingIdError,
    errors.ConflictingVersionError,
    errors.ErasedError,
    errors.UnverifiedSignatureError,
)


@app.endpoint(
    "POST /customers/{customer}/consent-events",
    "Record a grant or a refusal",
    Permission.RECORD_CONSENT,
    *_EVENT_ERRORS,
    errors.UnknownFormError,
    errors.UncoveredByFormError,
    errors.OversizedConsentError,
)
def record_consent_event(
    customer: PathId, consent_event: ConsentEventRequest
) -> Response[ConsentEventResponse]:
    """Record that the customer or one of its people grants or refuses consent."""
    if consent_event.kind is ConsentEventKind.WITHDRAWAL:
        raise errors.InvalidRequestError("kind", "must be grant or refusal on this route")
    response = _record(customer, consent_event)
    return app.created(response, response.receipt)


@app.endpoint(
    "POST /customers/{customer}/withdrawals",
    "Withdraw consent",
    Permission.RECORD_CONSENT,
    *_EVENT_ERRORS,
)
def record_withdrawal(
    customer: PathId, withdrawal: WithdrawalRequest
) -> Response[ConsentEventResponse]:
    """Withdraw consent. A request that begins after the answer is never allowed by the withdrawn consent."""
    if withdrawal.kind is not ConsentEventKind.WITHDRAWAL:
        raise errors.InvalidRequestError("kind", "must be withdrawal on this route")
    response = _record(customer, withdrawal)
    return app.created(response, f"/customers/{customer}/withdrawals/{response.withdrawal_id}")


def _record(
    customer: str, request: ConsentEventRequest | WithdrawalRequest
) -> ConsentEventResponse:
    deps, now = ConsentDependencies.open(os.environ), datetime.now(UTC)
    consent_event = ConsentEvent(customer=customer, **dict(request))
    recorded = record_consent(consent_event, caller=app.authenticate(), at=now, deps=deps)
    record = recorded.record
    fields = {"kind": consent_event.kind, "version": record.version}
    logger.info("consent event recorded", extra=fields)
    count(f"ConsentEvent.{consent_event.kind}")
    policy_sets = deps.assignments.get(customer).resolve(deps.library)
    return ConsentEventResponse(
        consent_event_id=consent_event.consent_event_id,
        version=record.version,
        at=record.at,
        statuses=summarize_statuses(recorded.state, policy_sets, at=now),
        known_before=record.known_before,
        similar_ids=recorded.similar_ids,
        superseded_by=record.superseded_by,
        receipt=receipt_path(record),
        explanation=explain_stop(record, recorded.state, policy_sets, at=now),
        withdrawal_id=withdrawal_id(record) if propagates(record) else None,
    )


# ---------------------------------------------------------------- consent and receipts
@app.endpoint(
    "GET /customers/{customer}/consent",
    "Show the consent of the customer or of a person",
    Permission.READ,
)
def get_consent(
    customer: PathId, party: PartyName = None, person: Person = None, as_of: AsOf = None
) -> ConsentDetails:
    """The consent statuses and consent events of a party, now or at another moment.

    Name either the `party` (`customer`) or a `person`. A moment in the future shows what will apply if no
    further consent event is recorded.
    """
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    whose = read_party(party, person)
    return consent.get_consent(customer, whose, as_of=as_of, caller=caller, at=now, deps=deps)


@app.endpoint(
    "GET /customers/{customer}/similar-people",
    "Find people whose ids differ only in their writing",
    Permission.READ,
    errors.NotFoundError,
)
def find_similar_people(customer: PathId, person: Person = None) -> SimilarPeople:
    """The known people whose ids are equal to `person` by NFKC, casefold, strip and number, by pseudonym."""
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    if person is None:
        raise errors.InvalidRequestError("person", "is required")
    named = NamedPerson.read({"person": person})
    return similar.find_similar_people(customer, named.person, caller=caller, at=now, deps=deps)


_PAGE = "text/html; charset=utf-8"
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
_RECEIPT_CONTENT = {
    MEDIA_TYPE: {"schema": {"type": "object"}},
    "text/html": {"schema": {"type": "string"}},
}


@app.endpoint(
    "GET /customers/{customer}/receipts/{party}/{consent_event_id}",
    "Show the receipt of a consent event",
    Permission.READ,
    content=_RECEIPT_CONTENT,
)
def get_receipt(
    customer: PathId, party: PathId, consent_event_id: PathId, as_of: AsOf = None
) -> Response[str]:
    """A receipt as in ISO/IEC TS 27560, in DPV terms: JSON-LD, or an HTML page if `Accept` prefers one."""
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    receipt = receipts.get_receipt(
        customer, party, consent_event_id, caller=caller, at=as_of or now, deps=deps
    )
    if prefers_html(app.current_event.headers.get("accept", "")):
        kind, body = _PAGE, render_receipt_page(receipt)
    else:
        kind, body = MEDIA_TYPE, to_json(receipt)
    headers = _HEADERS | {"Content-Security-Policy": content_security_policy()}
    return Response(HTTPStatus.OK, kind, body, headers=headers)


# ---------------------------------------------------------------- forms
class FormRequest(Form):
    """A consent form: its text, and the uses and data that the text asks for."""

    customer: ClassVar[str]  # type: ignore[misc] # The path names the customer; in a body it is an unknown field.


@app.endpoint(
    "POST /customers/{customer}/forms",
    "Register a consent form",
    Permission.ADMINISTER,
    errors.ConflictingIdError,
)
def register_form(customer: PathId, form: FormRequest) -> Response[RegisteredForm]:
    """Register a consent form. Its id is the SHA-256 of its text, and it never changes."""
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    content = Form(**{"customer": customer} | dict(form))
    registered = forms.register_form(content, caller=caller, at=now, deps=deps)
    return app.created(registered, f"/customers/{customer}/forms/{registered.form_id}")


@app.endpoint("GET /customers/{customer}/forms", "List the consent forms", Permission.READ)
def list_forms(customer: PathId, limit: Limit = 50, page: Page = None) -> FormPage:
    """The customer's forms without their texts, in the order of their ids."""
    caller, deps = app.authenticate(), ConsentDependencies.open(os.environ)
    return forms.list_forms(customer, limit=limit, page=page, caller=caller, deps=deps)


@app.endpoint("GET /customers/{customer}/forms/{form_id}", "Show one consent form", Permission.READ)
def get_form(customer: PathId, form_id: PathSha256) -> RegisteredForm:
    """One form with its text."""
    deps = ConsentDependencies.open(os.environ)
    return forms.get_form(customer, form_id, caller=app.authenticate(), deps=deps)


# ---------------------------------------------------------------- signing keys
class SigningKeyRequest(StrictModel):
    """A public key and its party: `"customer"`, or one person, whose consent events it then signs."""

    jwk: SigningJwk
    party: Party


@app.endpoint(
    "POST /customers/{customer}/keys",
    "Register a signing key",
    Permission.ADMINISTER,
    errors.ConflictingIdError,
)
def register_key(customer: PathId, registration: SigningKeyRequest) -> Response[SigningKey]:
    """Register a public key of the customer or of one of its people. Its id is its thumbprint (RFC 7638).

    A person's key signs only this person's consent events. The customer's key signs those of the customer, and those
    that a representative gives for a person.
    """
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    party, jwk = registration.party, registration.jwk
    key = keys.register_key(customer, party, jwk, caller=caller, at=now, deps=deps)
    return app.created(key, f"/customers/{customer}/keys/{key.kid}")


@app.endpoint("GET /customers/{customer}/keys", "List the signing keys", Permission.READ)
def list_keys(customer: PathId, limit: Limit = 50, page: Page = None) -> SigningKeyPage:
    """The customer's keys in the order of their ids, revoked ones included."""
    caller, deps = app.authenticate(), ConsentDependencies.open(os.environ)
    return keys.list_keys(customer, limit=limit, page=page, caller=caller, deps=deps)


@app.endpoint("GET /customers/{customer}/keys/{kid}", "Show one signing key", Permission.READ)
def get_key(customer: PathId, kid: PathKid) -> SigningKey:
    """One key, with its revocation if there is one."""
    deps = ConsentDependencies.open(os.environ)
    return keys.get_key(customer, kid, caller=app.authenticate(), deps=deps)


@app.endpoint(
    "POST /customers/{customer}/keys/{kid}/revoke",
    "Revoke a signing key",
    Permission.ADMINISTER,
    status=HTTPStatus.OK,
    body=False,
)
def revoke_key(customer: PathId, kid: PathKid) -> SigningKey:
    """Revoke a key. After the answer, no event signed with it is recorded; earlier signatures stay valid."""
    caller, deps, now = app.authenticate(), ConsentDependencies.open(os.environ), datetime.now(UTC)
    return keys.revoke_key(customer, kid, caller=caller, at=now, deps=deps)

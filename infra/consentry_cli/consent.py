"""`consentry consent`: record, show, receipt, verify and import consent; register its forms."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from consentry.consent.consent_event import (
    CUSTOMER_PARTY,
    ConsentEvent,
    ConsentEventKind,
    nodes_of,
    read_party,
)
from consentry.consent.covers_collected import FROM_GRANT
from consentry.consent.form_registry import register_form
from consentry.consent.forms import Form
from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.consent.record_consent import RecordedConsent, record_consent
from consentry.consent.status import summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent
from consentry.consent.verify_consent_event import verify_consent_event
from consentry.html.labels import number_of
from consentry.kernel.errors import InvalidTermsError, NotFoundError, UnverifiedSignatureError
from consentry.receipts.document import to_json
from consentry.receipts.get_receipt import get_receipt
from consentry.receipts.receipt_page import render_receipt_page
from consentry_cli.exit_codes import DENIED, OK
from consentry_cli.files import UnreadableFileError, read_file
from consentry_cli.imports import import_opt_outs
from consentry_cli.main import COMMANDS
from consentry_cli.options import (
    DATA,
    USES,
    ConsentEventQuery,
    CustomerId,
    EventOptions,
    InputFile,
    OptionalPerson,
    PartyName,
    PartyQuery,
    ScopeOptions,
    SignatureOptions,
    StackName,
    parse_uses,
)
from consentry_cli.render import console, format_time, print_table
from consentry_cli.renewal import coverage, renew
from consentry_cli.session import OperatorDependencies, open_dependencies, operator

app = App(name="consent", help=COMMANDS["consent"])
app.command(import_opt_outs, name="import")
app.command(coverage)
app.command(renew)

ConsentEventId = Annotated[str, Parameter(help="The id of the consent event.")]
TypedName = Annotated[str | None, Parameter(help="The name to compare with the stored signature.")]
UsesOption = Annotated[list[str], Parameter(name="--use", help=USES)]
DataOption = Annotated[list[str], Parameter(help=DATA)]


@app.command
def grant(
    customer: CustomerId,
    *,
    uses: UsesOption,
    data: DataOption,
    signed: SignatureOptions | None = None,
    event: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a grant. Without a signed form its status is `deemed`, not `granted`."""
    fields = vars(signed or SignatureOptions()) | {"uses": parse_uses(uses), "data": data}
    _record(ConsentEventKind.GRANT, customer, fields, event, stack)


@app.command
def refuse(
    customer: CustomerId,
    *,
    scope: ScopeOptions | None = None,
    signed: SignatureOptions | None = None,
    event: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a refusal, by default of all uses of all data."""
    fields = vars(signed or SignatureOptions()) | (scope or ScopeOptions()).fields()
    _record(ConsentEventKind.REFUSAL, customer, fields, event, stack)


@app.command
def withdraw(
    customer: CustomerId,
    *,
    scope: ScopeOptions | None = None,
    event: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a withdrawal, by default of all uses of all data."""
    fields = (scope or ScopeOptions()).fields()
    _record(ConsentEventKind.WITHDRAWAL, customer, fields, event, stack)


def _record(
    kind: ConsentEventKind,
    customer: str,
    fields: dict[str, Any],
    options: EventOptions | None,
    stack: str | None,
) -> None:
    stated = (options or EventOptions()).fields()
    event = ConsentEvent.read({"kind": kind, "customer": customer} | fields | stated)
    deps = open_dependencies(stack)
    recorded = record_consent(event, caller=operator(), at=datetime.now(UTC), deps=deps)
    print(
        f"{event.kind} {event.consent_event_id}: version {recorded.record.version} of this "
        f"party's consent; statuses now: {_current_statuses(recorded, deps)}"
    )
    if superseded := ", ".join(recorded.record.superseded_by):
        print(f"it was made before {superseded}, which it does not override")
    if recorded.record.party != CUSTOMER_PARTY and not recorded.record.known_before:
        print("nothing was known of this person before: is the id written as in your data?")
    if recorded.similar_ids:
        others = number_of(recorded.similar_ids, "other person has", "other people have")
        print(f"{others} this id in another writing: consentry person similar")


def _current_statuses(recorded: RecordedConsent, deps: OperatorDependencies) -> str:
    """The statuses under the terms that are assigned to the customer."""
    try:
        assignment = deps.assignments.get(recorded.record.consent_event.customer)
        policy_sets = assignment.resolve(deps.library)
    except InvalidTermsError:
        # The consent event is recorded: a message about the terms must not look like an error.
        return "unknown, TERMS_DIRECTORY lacks the customer's terms"
    statuses = summarize_statuses(recorded.state, policy_sets, at=datetime.now(UTC))
    return ", ".join(dict.fromkeys(each.status for each in statuses))


@app.command
def show(
    customer: CustomerId,
    *,
    party: PartyName = None,
    person: OptionalPerson = None,
    at: Annotated[str | None, Parameter(help="The time to show: 2026-01-01T00:00:00Z.")] = None,
    stack: StackName = None,
) -> None:
    """Print a party's statuses, now or at another time, and its consent events."""
    query = PartyQuery.read({"customer": customer, "party": read_party(party, person), "at": at})
    caller, deps, now = operator(), open_dependencies(stack), datetime.now(UTC)
    details = get_consent(
        query.customer, query.party, as_of=query.at, caller=caller, at=now, deps=deps
    )
    _print_statuses(details)
    for record in details.consent_events:
        console().print(_describe_event(record), soft_wrap=True)


def _print_statuses(details: ConsentDetails) -> None:
    if not details.statuses:
        print("status: never_asked on everything (no consent event is recorded)")
        return
    title = f"statuses at version {details.version}; never_asked on all else"
    rows = (
        (f"{each.operation}/{each.service}", each.status, ", ".join(nodes_of(each.data)))
        for each in details.statuses
    )
    print_table(title, ("use", "status", "data"), rows)


def _describe_event(record: StoredConsentEvent) -> str:
    event = record.consent_event
    uses = data = "all"
    if not isinstance(event.uses, str):
        uses = ", ".join(f"{use.operation}/{use.service}" for use in event.uses)
    if not isinstance(event.data, str):
        data = ", ".join(event.data)
    parts = [f"uses {uses}; data {data}"]
    if event.form_id:
        parts.append(f"form {event.form_id[:12]} signed by {event.signature}")
    if event.until:
        parts.append(f"until {format_time(event.until)}")
    if event.representative:
        parts.append(f"by {event.representative.authority} {event.representative.who}")
    if event.corrects:
        parts.append(f"corrects {event.corrects}")
    head = f"{record.version}. {format_time(record.at)} {event.kind} ({event.consent_event_id})"
    return f"{head}: {', '.join(parts)}"


@app.command
def form(
    file: Annotated[InputFile, Parameter(help="The text in UTF-8; `-` is the standard input.")],
    *,
    customer: CustomerId,
    uses: UsesOption,
    data: DataOption,
    locale: Annotated[str, Parameter(help="The language of the text.")] = "en",
    covers_collected: Annotated[
        str,
        Parameter(help="Data collected already: from_grant, anytime, or a duration such as PT3H."),
    ] = FROM_GRANT,
    stack: StackName = None,
) -> None:
    """Register the text of a consent form, exactly as it is shown. Prints its id, the SHA-256 of the text."""
    try:
        text = read_file(file).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFileError(file, "is not UTF-8") from None
    scope = {"uses": parse_uses(uses), "data": data, "covers_collected": covers_collected}
    registered = Form.read({"customer": customer, "text": text, "locale": locale} | scope)
    now, deps = datetime.now(UTC), open_dependencies(stack)
    print(register_form(registered, caller=operator(), at=now, deps=deps).form_id)


@app.command
def receipt(
    customer: CustomerId,
    consent_event: ConsentEventId,
    *,
    party: PartyName = None,
    person: OptionalPerson = None,
    html: Annotated[bool, Parameter(negative=(), help="Print a page for people.")] = False,
    stack: StackName = None,
) -> None:
    """Print the receipt of a consent event: ISO/IEC TS 27560 in the words of DPV, as JSON-LD."""
    fields = {
        "customer": customer,
        "party": read_party(party, person),
        "consent_event": consent_event,
    }
    query = ConsentEventQuery.read(fields)
    deps = open_dependencies(stack)
    stored_party = deps.find_party(query.customer, query.party)
    if stored_party is None:
        raise NotFoundError("receipt")
    caller, now = operator(), datetime.now(UTC)
    document = get_receipt(
        query.customer, stored_party, query.consent_event, caller=caller, at=now, deps=deps
    )
    print(render_receipt_page(document) if html else to_json(document))


@app.command
def verify(
    customer: CustomerId,
    consent_event: ConsentEventId,
    *,
    party: PartyName = None,
    person: OptionalPerson = None,
    typed_name: TypedName = None,
    stack: StackName = None,
) -> int:
    """Verify a stored JWS with the registered key, or compare a typed name. Exit 0 is valid, 3 is not."""
    fields = {
        "customer": customer,
        "party": read_party(party, person),
        "consent_event": consent_event,
    }
    query = ConsentEventQuery.read(fields)
    try:
        verified = verify_consent_event(
            query.customer,
            query.party,
            query.consent_event,
            typed_name=typed_name,
            caller=operator(),
            deps=open_dependencies(stack),
        )
    except UnverifiedSignatureError as error:
        print(f"not valid: {error}", file=sys.stderr)
        return DENIED
    by = f"key {verified.kid}" if verified.kid else "typed name"
    revoked = f"; revoked since {format_time(verified.revoked_at)}" if verified.revoked_at else ""
    print(f"valid: {verified.record.consent_event.kind} {query.consent_event}, by {by}{revoked}")
    return OK

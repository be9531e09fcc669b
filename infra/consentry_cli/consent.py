"""`consentry consent`: an operator records what a party granted, refused or withdrew, or shows it."""

from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.consent.get_consent import get_consent
from consentry.consent.record_consent import record_consent
from consentry_cli.consent_coverage import coverage
from consentry_cli.consent_form import register
from consentry_cli.consent_import import import_opt_outs
from consentry_cli.consent_receipt import show as get_receipt
from consentry_cli.consent_render import PartyQuery, describe_statuses, print_consent
from consentry_cli.consent_renew import renew
from consentry_cli.consent_verify import verify
from consentry_cli.options import (
    DATA,
    USES,
    EventOptions,
    ScopeOptions,
    SignatureOptions,
    parse_uses,
)
from consentry_cli.session import Customer, StackName, errors_reported, open_dependencies, operator

app = App(name="consent", help="Grant, refuse, withdraw, show, import consent; register its forms.")
app.command(import_opt_outs, name="import")
app.command(register, name="form")
app.command(coverage)
app.command(renew)
app.command(get_receipt, name="receipt")
app.command(verify)

Person = Annotated[
    str | None, Parameter(help="One of the customer's people; without it, the customer itself.")
]


@app.command
def grant(
    customer: Customer,
    *,
    uses: Annotated[list[str], Parameter(name="--use", help=USES)],
    data: Annotated[list[str], Parameter(help=DATA)],
    signed: SignatureOptions | None = None,
    whose: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a grant. Without a signed form it is only assent, which opts in to nothing."""
    fields = vars(signed or SignatureOptions()) | {"uses": parse_uses(uses), "data": data}
    _record(ConsentEventKind.GRANT, customer, fields, whose, stack)


@app.command
def refuse(
    customer: Customer,
    *,
    covering: ScopeOptions | None = None,
    signed: SignatureOptions | None = None,
    whose: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a refusal; of all uses on all data, unless --use or --data say which."""
    fields = vars(signed or SignatureOptions()) | (covering or ScopeOptions()).fields()
    _record(ConsentEventKind.REFUSAL, customer, fields, whose, stack)


@app.command
def withdraw(
    customer: Customer,
    *,
    covering: ScopeOptions | None = None,
    whose: EventOptions | None = None,
    stack: StackName = None,
) -> None:
    """Record a withdrawal; of all uses on all data, unless --use or --data say which."""
    _record(
        ConsentEventKind.WITHDRAWAL, customer, (covering or ScopeOptions()).fields(), whose, stack
    )


@app.command
def show(
    customer: Customer,
    *,
    person: Person = None,
    at: Annotated[str | None, Parameter(help="Another moment: 2026-01-01T00:00:00Z.")] = None,
    stack: StackName = None,
) -> None:
    """Print a party's statuses now or at another moment, and the acts that they come from."""
    with errors_reported():
        asked = PartyQuery.read({"customer": customer, "person": person, "at": at})
        shown = get_consent(
            asked.customer,
            asked.person,
            as_of=asked.at,
            caller=operator(),
            at=datetime.now(UTC),
            deps=open_dependencies(stack),
        )
        print_consent(shown)


def _record(
    kind: ConsentEventKind,
    customer: str,
    fields: dict[str, Any],
    whose: EventOptions | None,
    stack: str | None,
) -> None:
    with errors_reported():
        party = (whose or EventOptions()).fields()
        consent_event = ConsentEvent.read({"kind": kind, "customer": customer} | fields | party)
        repositories = open_dependencies(stack)
        recorded = record_consent(
            consent_event,
            caller=operator(),
            at=datetime.now(UTC),
            deps=repositories,
        )
        version = f"version {recorded.record.version} of this party's consent"
        statuses = describe_statuses(recorded, repositories)
        print(f"{consent_event.kind} {consent_event.consent_event_id}: {version}; {statuses}")

"""`consentry consent`: an operator records what a party granted, refused or withdrew, or shows it."""

from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.consent.get_consent import get_consent
from consentry.consent.record_consent import record_consent
from infra.cli.consent_coverage import coverage
from infra.cli.consent_form import register
from infra.cli.consent_import import import_opt_outs
from infra.cli.consent_receipt import show as get_receipt
from infra.cli.consent_renew import renew
from infra.cli.consent_said import DATA, USES, Covering, Signed, Whose, uses_of
from infra.cli.consent_shown import Party, print_consent, standings_said
from infra.cli.consent_verify import verify
from infra.cli.operating import Customer, StackName, operator, refusals_told, stores_of

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
    signed: Signed | None = None,
    whose: Whose | None = None,
    stack: StackName = None,
) -> None:
    """Record a grant. Without a signed form it is only assent, which opts in to nothing."""
    said = vars(signed or Signed()) | {"uses": uses_of(uses), "data": data}
    _record(ConsentEventKind.GRANT, customer, said, whose, stack)


@app.command
def refuse(
    customer: Customer,
    *,
    covering: Covering | None = None,
    signed: Signed | None = None,
    whose: Whose | None = None,
    stack: StackName = None,
) -> None:
    """Record a refusal; of all uses on all data, unless --use or --data say which."""
    said = vars(signed or Signed()) | (covering or Covering()).said()
    _record(ConsentEventKind.REFUSAL, customer, said, whose, stack)


@app.command
def withdraw(
    customer: Customer,
    *,
    covering: Covering | None = None,
    whose: Whose | None = None,
    stack: StackName = None,
) -> None:
    """Record a withdrawal; of all uses on all data, unless --use or --data say which."""
    _record(ConsentEventKind.WITHDRAWAL, customer, (covering or Covering()).said(), whose, stack)


@app.command
def show(
    customer: Customer,
    *,
    person: Person = None,
    at: Annotated[str | None, Parameter(help="Another moment: 2026-01-01T00:00:00Z.")] = None,
    stack: StackName = None,
) -> None:
    """Print a party's standings now or at another moment, and the acts that they come from."""
    with refusals_told():
        asked = Party.read({"customer": customer, "person": person, "at": at})
        shown = get_consent(
            asked.customer,
            asked.person,
            as_of=asked.at,
            caller=operator(),
            at=datetime.now(UTC),
            deps=stores_of(stack),
        )
        print_consent(shown)


def _record(
    kind: ConsentEventKind,
    customer: str,
    said: dict[str, Any],
    whose: Whose | None,
    stack: str | None,
) -> None:
    with refusals_told():
        party = (whose or Whose()).said()
        consent_event = ConsentEvent.read({"kind": kind, "customer": customer} | said | party)
        repositories = stores_of(stack)
        recorded = record_consent(
            consent_event,
            caller=operator(),
            at=datetime.now(UTC),
            deps=repositories,
        )
        version = f"version {recorded.record.version} of this party's consent"
        print(
            f"{consent_event.kind} {consent_event.consent_event_id}: {version}; {standings_said(recorded, repositories)}"
        )

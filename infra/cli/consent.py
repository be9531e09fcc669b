"""`consentry consent`: an operator records what a party granted, refused or withdrew, or shows it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from cyclopts import App, Parameter

from consentry.domain.acts import ActKind, ConsentAct, Form
from consentry.domain.errors import MalformedError
from consentry.flows.record_consent import record_consent
from consentry.flows.register_form import register_form
from consentry.flows.show_consent import show_consent
from infra.cli.consent_shown import Party, print_consent
from infra.cli.operating import StackName, operator, read_file, refusals_told, stores_of

app = App(name="consent", help="Grant, refuse, withdraw, show, import consent; register its forms.")
app.command("infra.cli.consent_import:import_opt_outs", name="import")

Person = Annotated[
    str | None, Parameter(help="One of the customer's people; without it, the customer itself.")
]
ActId = Annotated[
    str | None, Parameter(help="The same id again is the same act. Without it, a new one.")
]
USES = "An operation for a service, as fine_tune/meeting_summary; once or more."
DATA = "A data category or a branch of them, as customer_content; once or more."
Uses = Annotated[list[str] | None, Parameter(name="--use", help=f"{USES} Without it, all.")]
Data = Annotated[list[str] | None, Parameter(help=f"{DATA} Without it, all.")]


@app.command
def grant(
    customer: str,
    *,
    uses: Annotated[list[str], Parameter(name="--use", help=USES)],
    data: Annotated[list[str], Parameter(help=DATA)],
    person: Person = None,
    form: Annotated[str | None, Parameter(help="SHA-256 of the form that was shown.")] = None,
    signature: Annotated[str, Parameter(help="none, click or typed_name.")] = "none",
    until: Annotated[str | None, Parameter(help="When it ends: 2027-01-01T00:00:00Z.")] = None,
    act_id: ActId = None,
    stack: StackName = None,
) -> None:
    """Record a grant. Without a signed form it is only assent, which opts in to nothing."""
    signed = {"form": form, "signature": signature, "until": until}
    _record(_act(ActKind.GRANT, customer, person, uses, data, act_id) | signed, stack)


@app.command
def refuse(
    customer: str,
    *,
    uses: Uses = None,
    data: Data = None,
    person: Person = None,
    act_id: ActId = None,
    stack: StackName = None,
) -> None:
    """Record a refusal; of all uses on all data, unless --use or --data say which."""
    _record(_act(ActKind.REFUSE, customer, person, uses, data, act_id), stack)


@app.command
def withdraw(
    customer: str,
    *,
    uses: Uses = None,
    data: Data = None,
    person: Person = None,
    act_id: ActId = None,
    stack: StackName = None,
) -> None:
    """Record a withdrawal; of all uses on all data, unless --use or --data say which."""
    _record(_act(ActKind.WITHDRAW, customer, person, uses, data, act_id), stack)


@app.command
def show(customer: str, *, person: Person = None, stack: StackName = None) -> None:
    """Print a party's standings now, and the acts that they come from."""
    with refusals_told():
        asked = Party.read({"customer": customer, "person": person})
        stores = stores_of(stack)
        shown = show_consent(
            asked.customer,
            asked.person,
            caller=operator(),
            at=datetime.now(UTC),
            keys=stores.keys,
            consents=stores.consents,
        )
        print_consent(shown)


@app.command
def form(
    file: Path,
    *,
    customer: str,
    locale: str = "en",
    covers_earlier: Annotated[
        bool, Parameter(help="The form says that it covers data collected before it.")
    ] = False,
    stack: StackName = None,
) -> None:
    """Register the text of a consent form, as it is shown; prints its SHA-256."""
    with refusals_told():
        try:
            text = read_file(file).decode("utf-8")
        except UnicodeDecodeError:
            raise MalformedError("text", "is not UTF-8") from None
        shown = {"customer": customer, "text": text, "locale": locale}
        registered = Form.read(shown | {"covers_earlier": covers_earlier})
        consents = stores_of(stack).consents
        print(register_form(registered, caller=operator(), consents=consents))


def _act(
    kind: ActKind,
    customer: str,
    person: str | None,
    uses: list[str] | None,
    data: list[str] | None,
    act_id: str | None,
) -> dict[str, Any]:
    pairs = (use.partition("/") for use in uses or ())
    return {
        "act_id": act_id or f"operator-{uuid4()}",
        "customer": customer,
        "person": person,
        "kind": kind,
        "uses": [{"operation": o, "service": s} for o, _, s in pairs] if uses else "all",
        "data": data or "all",
    }


def _record(said: dict[str, Any], stack: str | None) -> None:
    with refusals_told():
        act = ConsentAct.read(said)
        stores = stores_of(stack)
        recorded = record_consent(
            act,
            caller=operator(),
            at=datetime.now(UTC),
            keys=stores.keys,
            consents=stores.consents,
        )
        print(f"{act.kind} {act.act_id}: version {recorded.record.version} of this party's consent")

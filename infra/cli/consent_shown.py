"""A party's consent as an operator reads it: its standings now, then its acts, oldest first."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from consentry.aws.stores import Stores
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import nodes_of
from consentry.domain.consent.use_standings import standings_of
from consentry.domain.contract import Document, Id, Moment
from consentry.domain.errors import TermsTableError
from consentry.domain.requests import Use
from consentry.flows.record_consent import Recorded
from consentry.flows.show_consent import ConsentShown


class Party(Document):
    """Whose consent is shown, a customer's or one of its people's, and as of when."""

    customer: Id
    person: Id | None
    at: Moment | None


def print_consent(shown: ConsentShown) -> None:
    """Print it; nobody is named in it."""
    console = Console(highlight=False)
    if not shown.standings:
        console.print("standing: never_asked on everything (no act is recorded)")
    else:
        console.print(_standings(shown))
    for record in shown.acts:
        console.print(_said(record), soft_wrap=True)


def standings_said(recorded: Recorded, stores: Stores) -> str:
    """What a party's acts come to after one was recorded, by the books that bind the customer."""
    try:
        books = stores.bindings.of(recorded.record.act.customer).books(stores.library)
    except TermsTableError:
        # The act is recorded all the same: that must not look like a refusal.
        return "standings now: not known by the terms that lie here"
    now = standings_of(recorded.state, books, at=datetime.now(UTC))
    return f"standings now: {', '.join(dict.fromkeys(each.standing for each in now))}"


def _standings(shown: ConsentShown) -> Table:
    table = Table(title=f"standings at version {shown.version}; never_asked on all else")
    for column in ("use", "standing", "data"):
        table.add_column(column, overflow="fold")
    for each in shown.standings:
        use = f"{each.operation}/{each.service}"
        table.add_row(use, each.standing, ", ".join(nodes_of(each.data)))
    return table


def _said(record: ActRecord) -> str:
    act = record.act
    uses = "all" if isinstance(act.uses, str) else _listed(act.uses)
    data = "all" if isinstance(act.data, str) else ", ".join(act.data)
    signed = f", form {act.form[:12]} signed by {act.signature}" if act.form else ""
    by = f", by {act.done_by.authority} {act.done_by.who}" if act.done_by else ""
    corrects = f", corrects {act.corrects}" if act.corrects else ""
    until = f", until {act.until:%Y-%m-%dT%H:%M:%SZ}" if act.until else ""
    return (
        f"{record.version}. {record.at:%Y-%m-%dT%H:%M:%SZ} {act.kind} ({act.act_id}): "
        f"uses {uses}; data {data}{signed}{until}{by}{corrects}"
    )


def _listed(uses: tuple[Use, ...]) -> str:
    return ", ".join(f"{use.operation}/{use.service}" for use in uses)

"""`consentry consent coverage`: how many of a customer's people stand where, now or over time."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from consentry.domain.consent.coverage import Covered
from consentry.domain.contract import Document, Id, Moment
from consentry.flows.count_coverage import count_coverage
from infra.cli.operating import Customer, StackName, operator, refusals_told, stores_of


class Counted(Document):
    """Whose people are counted, and as of when."""

    customer: Id
    moments: tuple[Moment, ...]


def coverage(
    customer: Customer,
    *,
    at: Annotated[
        list[str] | None, Parameter(help="A moment: 2026-01-01T00:00:00Z; once or more.")
    ] = None,
    json: Annotated[bool, Parameter(help="As JSON, for a program.")] = False,
    stack: StackName = None,
) -> None:
    """Count people by use and standing, now or at several moments. Reads the whole consent table, at its price."""
    with refusals_told():
        asked = Counted.read({"customer": customer, "moments": at or [datetime.now(UTC)]})
        rows = count_coverage(
            asked.customer,
            asked.moments,
            caller=operator(),
            world=stores_of(stack),
        )
        if json:
            print(TypeAdapter(tuple[Covered, ...]).dump_json(rows, indent=2).decode())
        else:
            Console(highlight=False).print(_table(rows))


def _table(rows: tuple[Covered, ...]) -> Table:
    table = Table(title="people by standing; who never acted is not counted")
    for column in ("at", "use", "people", "the customer"):
        table.add_column(column, overflow="fold")
    uses = groupby(rows, key=lambda row: (row.at, row.operation, row.service))
    for (at, operation, service), of_use in uses:
        standings = list(of_use)
        people = ", ".join(f"{each.people} {each.standing}" for each in standings if each.people)
        customer = ", ".join(each.standing for each in standings if each.customer)
        table.add_row(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{operation}/{service}", people, customer)
    return table

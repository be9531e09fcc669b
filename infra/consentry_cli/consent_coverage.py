"""`consentry consent coverage`: how many of a customer's people stand where, now or over time."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from consentry.kernel.schema import Id, StrictModel, UtcDatetime
from consentry.renewal.coverage import CoverageCount, count_coverage
from consentry_cli.session import Customer, StackName, errors_reported, open_dependencies, operator


class CoverageQuery(StrictModel):
    """Whose people are counted, and as of when."""

    customer: Id
    moments: tuple[UtcDatetime, ...]


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
    with errors_reported():
        asked = CoverageQuery.read({"customer": customer, "moments": at or [datetime.now(UTC)]})
        rows = count_coverage(
            asked.customer,
            asked.moments,
            caller=operator(),
            deps=open_dependencies(stack),
        )
        if json:
            print(TypeAdapter(tuple[CoverageCount, ...]).dump_json(rows, indent=2).decode())
        else:
            Console(highlight=False).print(_table(rows))


def _table(rows: tuple[CoverageCount, ...]) -> Table:
    table = Table(title="people by standing; who never acted is not counted")
    for column in ("at", "use", "people", "the customer"):
        table.add_column(column, overflow="fold")
    uses = groupby(rows, key=lambda row: (row.at, row.operation, row.service))
    for (at, operation, service), of_use in uses:
        statuses = list(of_use)
        people = ", ".join(f"{each.people} {each.status}" for each in statuses if each.people)
        customer = ", ".join(each.status for each in statuses if each.customer)
        table.add_row(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{operation}/{service}", people, customer)
    return table

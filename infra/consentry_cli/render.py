"""How commands print: times, tables, JSON."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.table import Table

PIPE_WIDTH = 200
"""Columns when the output is not a terminal, so that ids are not wrapped."""


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second: 2026-01-31T09:30:00Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def console() -> Console:
    """The console of the standard output, as it is now."""
    output = Console(highlight=False)
    if not output.is_terminal:
        output.width = PIPE_WIDTH
    return output


def print_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table with borders, for people."""
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def print_columns(rows: Iterable[Iterable[str]]) -> None:
    """Print rows in columns, without borders."""
    grid = Table.grid(padding=(0, 2))
    for row in rows:
        grid.add_row(*row)
    if grid.row_count:
        console().print(grid)

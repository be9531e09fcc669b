"""How commands print: times, tables, JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

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


def print_table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Iterable[str]],
    *,
    show_lines: bool = False,
) -> None:
    """Print a table with borders, for people. On a terminal that is too narrow for its words, print records."""
    output, cells = console(), [list(row) for row in rows]
    columns = list(zip(headings, *cells, strict=True))
    words = [max(_longest(text.split()) for text in column) for column in columns]
    lines = [max(_longest(text.splitlines()) for text in column) for column in columns]
    # Each column has a border and two spaces, and the table has one border more.
    spare = output.width - sum(words) - 3 * len(columns) - 1
    if spare < 0:
        output.print(Text(title), soft_wrap=True)
        for row in cells:
            _print_record(output, headings, row)
        return
    widths = list(words)
    # The columns that lack least get all of it; the widest ones share the rest.
    for left, column in enumerate(sorted(range(len(columns)), key=lambda c: lines[c] - words[c])):
        more = min(lines[column] - words[column], spare // (len(columns) - left))
        widths[column] += more
        spare -= more
    table = Table(title=Text(title), show_lines=show_lines)
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    output.print(table)


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=1)


def _print_record(output: Console, headings: Sequence[str], row: Sequence[str]) -> None:
    output.print()
    for heading, text in zip(headings, row, strict=True):
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        if text:
            grid.add_row(Text(f"{heading}:" if heading else ""), Text(text))
            output.print(grid)


def print_columns(rows: Iterable[Iterable[str]]) -> None:
    """Print rows in columns, without borders. Rows that do not fit are not aligned, and keep every letter."""
    output, lines = console(), [list(row) for row in rows]
    if not lines:
        return
    widths = [_longest(column) for column in zip(*lines, strict=True)]
    fits = sum(widths) + 2 * (len(widths) - 1) <= output.width
    for line in lines:
        cells = zip(line, widths, strict=True)
        padded = (text + " " * (width - cell_len(text)) if fits else text for text, width in cells)
        output.print(Text("  ".join(padded).rstrip()), soft_wrap=True)

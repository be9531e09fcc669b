"""Waiting for a screening's report, with a bar on the standard error that says how far it is."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

POLL_SECONDS = 2.0
"""Seconds between two looks."""


def wait_for(
    arrived: Callable[[], str | None], done: Callable[[], tuple[int, int] | None], seconds: float
) -> str | None:
    """What arrived within so many seconds, if anything did.

    `done`: how much is done and how much there is, or None while nobody knows. Without a terminal there is no bar.
    """
    ends = time.monotonic() + seconds
    with _bar() as progress:
        bar = progress.add_task("screening", total=None)
        while not (key := arrived()) and time.monotonic() < ends:
            if told := done():
                progress.update(bar, completed=told[0], total=told[1], refresh=True)
            time.sleep(POLL_SECONDS)
    return key


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("screening"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

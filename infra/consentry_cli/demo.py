"""`consentry demo`: plays a scenario of real events on the emulator."""

import sys
import time
from pathlib import Path
from typing import Literal

from cyclopts import App
from rich.console import Console

from consentry_cli.exit_codes import ERROR, OK
from consentry_cli.files import require_file, require_matching
from consentry_cli.local_stack import TEMPLATE
from consentry_cli.main import COMMANDS
from consentry_cli.options import TemplateFile

app = App(name="demo", help=COMMANDS["demo"])

WIDTH = 100


@app.default
def demo(
    *,
    scenario: Literal["meetings", "product-analytics"] = "meetings",
    ami: Path | None = None,
    page: Path | None = None,
    template: TemplateFile = TEMPLATE,
) -> int:
    """Play a scenario. Exit 1 if a result is not the expected one.

    Parameters
    ----------
    scenario
        The product whose scenario is played, with its own vocabulary and terms.
    ami
        A folder of RTTM files (who spoke when) to screen too. A tenth of their people withdraw.
    page
        Where to write the report page of the last screening.
    """
    require_file(template)
    if ami:
        require_matching(ami, "*.rttm")
    started = time.monotonic()
    from consentry_demo.play import play  # noqa: PLC0415 - the measured time includes importing moto
    from consentry_demo.scenario import SCENARIOS  # noqa: PLC0415

    # The output as it is now: while a handler runs, what it prints is its log.
    console = Console(file=sys.stdout, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    failures = play(
        console, template, SCENARIOS / f"{scenario}.yaml", ami=ami, page=page, started=started
    )
    return ERROR if failures else OK

"""`consentry demo`: the template raised locally, and a story told by real events through its real doors."""

import sys
import time
from pathlib import Path

from cyclopts import App
from rich.console import Console

from consentry_cli.files import require_file, require_matching

app = App(
    name="demo", help="Raise the template locally; send the events of events/ through every door."
)

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
WIDTH = 100
FAILED = 1
"""Exit code: something was answered otherwise than the story expects."""


@app.default
def demo(*, ami: Path | None = None, page: Path | None = None, template: Path = TEMPLATE) -> int:
    """Play the story, and fail if any answer is not the one that it expects.

    Parameters
    ----------
    ami
        A folder of RTTM files (who spoke when): screened too, a tenth of their people withdrawn.
    page
        A file to keep the page of the last screening in.
    template
        The template to raise.
    """
    require_file(template)
    if ami:
        require_matching(ami, "*.rttm")
    started = time.monotonic()
    from consentry_demo.play import play  # noqa: PLC0415 - the clock runs while moto is imported

    # The output as it is now: while a handler runs, what it prints is its log.
    console = Console(file=sys.stdout, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    failures = play(console, template, ami=ami, page=page, started=started)
    return FAILED if failures else 0

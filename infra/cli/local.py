"""`consentry local`: the template raised in this process, its events delivered to the real handlers."""

import sys
from json import dumps
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.markup import escape

from infra.cli.reading import require_file
from infra.local.cloud import LocalCloud
from infra.local.ended import FAILED, as_json, code_of, told_as_json
from infra.local.errors import LocalError
from infra.local.files import deliver_file, lay_objects
from infra.local.serve import LOOPBACK, LocalServer
from infra.local.shown import show_delivery, show_told, wiring_table
from infra.local.trace import DeadLetter

TEMPLATE = Path(__file__).parents[2] / "template.yaml"

app = App(
    name="local", help="The template raised in this process, its events delivered to the handlers."
)


@app.default
def show_wiring(*, template: Path = TEMPLATE) -> None:
    """Raise the template and list which event reaches which function, and where failures are kept.

    Parameters
    ----------
    template
        The template to raise.
    """
    require_file(template)
    with LocalCloud.raise_from(template) as cloud:
        Console().print(wiring_table(cloud))


@app.command
def invoke(*events: Path, template: Path = TEMPLATE) -> int:
    """Send event files through the doors that their kinds have, in order, on a fresh cloud.

    What lies in `objects/` beside a file is put into the bucket first. Exit 3 is a deny, 1 an error or a dead
    letter. Where the output is no terminal it is a line of JSON for each delivery.

    Parameters
    ----------
    events
        Whole envelopes, as in events/: HTTP, EventBridge, SQS, S3, or a task's input.
    template
        The template to raise.
    """
    for file in (template, *events):
        require_file(file)
    try:
        with LocalCloud.raise_from(template) as cloud:
            for folder in dict.fromkeys(event.parent for event in events):
                lay_objects(cloud, folder / "event")
            told = [_send(cloud, event) for event in events]
            letters = cloud.dead_letters()
            _show_letters(letters)
            return code_of(cloud.trace, told, letters)
    except (LocalError, OSError, ValueError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return FAILED


def _send(cloud: LocalCloud, event: Path) -> object:
    before = len(cloud.trace)
    told = deliver_file(cloud, event)
    after, console = cloud.trace[before:], Console()
    if not console.is_terminal:
        whole = [as_json(str(event), each) for each in after]
        whole += filter(None, [told_as_json(str(event), told, reached=bool(after))])
        for each in whole:
            print(dumps(each, ensure_ascii=False))
        return told
    console.rule(event.name)
    for delivery in after:
        show_delivery(console, delivery)
    show_told(console, told, reached=bool(after))
    return told


def _show_letters(letters: list[DeadLetter]) -> None:
    console = Console()
    for letter in letters:
        why = letter.attributes.get("ErrorMessage", "failed again and again")
        if console.is_terminal:
            console.print(f"[red]kept in {letter.queue}[/]: {escape(why)}")
        else:
            print(dumps({"kept": letter.queue, "error": why}))


@app.command
def serve(*, port: int = 8080, template: Path = TEMPLATE) -> None:
    """Serve the API on loopback until interrupted.

    The caller is whom the bearer token says, unsigned: a JWT, or plain JSON such as
    `Authorization: Bearer {"sub": "admin", "consentry_customers": "acme"}`.

    Parameters
    ----------
    port
        Port on 127.0.0.1; 0 takes a free one.
    template
        The template to raise.
    """
    require_file(template)
    console = Console()
    with LocalCloud.raise_from(template) as cloud, LocalServer(cloud, port) as listening:
        console.print(wiring_table(cloud))
        console.print(f"http://{LOOPBACK}:{listening.server_port} (interrupt to end)")
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            console.print("ended; nothing was kept")

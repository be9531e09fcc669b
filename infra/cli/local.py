"""`consentry local`: the template raised in this process, its events delivered to the real handlers."""

import sys
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.markup import escape

from infra.local.cloud import LocalCloud
from infra.local.errors import LocalError
from infra.local.files import deliver_file
from infra.local.serve import LOOPBACK, LocalServer
from infra.local.shown import show_delivery, show_told, wiring_table

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
    with LocalCloud.raise_from(template) as cloud:
        Console().print(wiring_table(cloud))


@app.command
def invoke(*events: Path, template: Path = TEMPLATE) -> None:
    """Send event files through the doors that their kinds have, in order, on a fresh cloud.

    Parameters
    ----------
    events
        Whole envelopes, as in events/: HTTP, EventBridge, SQS, S3, or a task's input.
    template
        The template to raise.
    """
    console = Console()
    try:
        with LocalCloud.raise_from(template) as cloud:
            for event in events:
                _send(console, cloud, event)
            for letter in cloud.dead_letters():
                why = letter.attributes.get("ErrorMessage", "failed again and again")
                console.print(f"[red]kept in {letter.queue}[/]: {escape(why)}")
    except (LocalError, OSError, ValueError) as error:
        console.print(f"[red]{escape(str(error))}[/]")
        sys.exit(1)


def _send(console: Console, cloud: LocalCloud, event: Path) -> None:
    before = len(cloud.trace)
    told = deliver_file(cloud, event)
    console.rule(event.name)
    for delivery in cloud.trace[before:]:
        show_delivery(console, delivery)
    show_told(console, told, reached=len(cloud.trace) > before)


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
    console = Console()
    with LocalCloud.raise_from(template) as cloud, LocalServer(cloud, port) as listening:
        console.print(wiring_table(cloud))
        console.print(f"http://{LOOPBACK}:{listening.server_port} (interrupt to end)")
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            console.print("ended; nothing was kept")

"""`consentry local`: the template raised in this process, its events delivered to the real handlers."""

import sys
from json import dumps
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.markup import escape

from consentry_cli.emulator_results import FAILED, delivery_as_json, exit_code_of, result_as_json
from consentry_cli.files import require_file
from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import EmulatorError
from consentry_emulator.event_files import deliver_file, seed_objects
from consentry_emulator.event_log import DeadLetter
from consentry_emulator.http_server import LOOPBACK, EmulatorServer
from consentry_emulator.render import show_delivery, show_result, wiring_table

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
    with Emulator.start(template) as cloud:
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
        with Emulator.start(template) as cloud:
            for folder in dict.fromkeys(event.parent for event in events):
                seed_objects(cloud, folder / "event")
            told = [_send(cloud, event) for event in events]
            letters = cloud.dead_letters()
            _show_letters(letters)
            return exit_code_of(cloud.deliveries, told, letters)
    except (EmulatorError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED


def _send(cloud: Emulator, event: Path) -> object:
    before = len(cloud.deliveries)
    told = deliver_file(cloud, event)
    after, console = cloud.deliveries[before:], Console()
    if not console.is_terminal:
        whole = [delivery_as_json(str(event), each) for each in after]
        whole += filter(None, [result_as_json(str(event), told, delivered=bool(after))])
        for each in whole:
            print(dumps(each, ensure_ascii=False))
        return told
    console.rule(event.name)
    for delivery in after:
        show_delivery(console, delivery)
    show_result(console, told, delivered=bool(after))
    return told


def _show_letters(letters: list[DeadLetter]) -> None:
    console = Console()
    for letter in letters:
        why = letter.attributes.get("ErrorMessage", "failed again and again")
        if console.is_terminal:
            console.print(f"[red]kept in {letter.queue}[/]: {escape(why)}")
        else:
            print(dumps({"dead_letter_queue": letter.queue, "error": why}))


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
    with Emulator.start(template) as cloud, EmulatorServer(cloud, port) as listening:
        console.print(wiring_table(cloud))
        console.print(f"http://{LOOPBACK}:{listening.server_port} (interrupt to end)")
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            console.print("ended; nothing was kept")

"""`consentry local`: runs the template in this process, and sends events to its functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.markup import escape

from consentry_cli.delivery_render import (
    delivery_as_json,
    exit_code,
    print_delivery,
    print_result,
    print_wiring,
    result_as_json,
)
from consentry_cli.errors import fail
from consentry_cli.files import require_file
from consentry_cli.local_stack import TEMPLATE, deliver_file, start
from consentry_cli.main import COMMANDS
from consentry_cli.options import TemplateFile
from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import EmulatorError, NotBuiltError
from consentry_emulator.event_files import seed_objects
from consentry_emulator.event_log import DeadLetter
from consentry_emulator.http_server import LOOPBACK, EmulatorServer

MAX_PORT = 65535

app = App(name="local", help=COMMANDS["local"])


@app.default
def show_wiring(*, template: TemplateFile = TEMPLATE) -> None:
    """List which event reaches which function, and what happens on failure."""
    require_file(template)
    with _started(template) as emulator:
        print_wiring(emulator.wiring)


@app.command
def invoke(*events: Path, template: TemplateFile = TEMPLATE) -> int:
    """Send event files, in order, to a new stack; each goes to the trigger of its kind.

    The files in `objects/` next to an event file are put into the bucket first. Exit 0 is success, 3 a denial, 1 an
    error or a dead letter. Without a terminal, the output is a line of JSON for each delivery.

    Parameters
    ----------
    events
        Complete events, as in events/: HTTP, EventBridge, SQS, S3, or the input of a task.
    """
    if not events:
        fail("name at least one event file, such as events/decisions/http-telemetry.json")
    for file in (template, *events):
        require_file(file)
    try:
        with _started(template) as emulator:
            for folder in dict.fromkeys(event.parent for event in events):
                seed_objects(emulator, folder / "objects")
            results = [_send(emulator, event) for event in events]
            dead_letters = emulator.dead_letters()
            _print_dead_letters(dead_letters)
            return exit_code(emulator.deliveries, results, dead_letters)
    except (OSError, ValueError) as error:
        fail(str(error))


def _send(emulator: Emulator, event: Path) -> object:
    before = len(emulator.deliveries)
    result = deliver_file(emulator, event)
    deliveries, console = emulator.deliveries[before:], Console()
    # A response of the API is the answer of a delivery, unless the API itself answered.
    other = None if isinstance(result, dict) and deliveries else result
    if console.is_terminal:
        console.rule(event.name)
        for delivery in deliveries:
            print_delivery(console, delivery)
        print_result(console, other)
    else:
        lines = [delivery_as_json(str(event), each) for each in deliveries]
        for line in filter(None, [*lines, result_as_json(str(event), other)]):
            print(dumps(line, ensure_ascii=False))
    return result


def _print_dead_letters(dead_letters: list[DeadLetter]) -> None:
    console = Console()
    for letter in dead_letters:
        error = letter.attributes.get("ErrorMessage", "failed at each attempt")
        if console.is_terminal:
            console.print(f"[red]in {letter.queue}[/]: {escape(error)}")
        else:
            print(dumps({"dead_letter_queue": letter.queue, "error": error}))


@app.command
def serve(*, port: int = 8080, template: TemplateFile = TEMPLATE) -> None:
    """Serve the API on loopback until interrupted.

    The bearer token names the caller, without a signature. It is a JWT, or JSON such as
    `Authorization: Bearer {"sub": "curation", "consentry_customers": "acme", "scope": "consentry/decide"}`.

    Parameters
    ----------
    port
        Port on 127.0.0.1; 0 chooses a free one.
    """
    if not 0 <= port <= MAX_PORT:
        fail(f"--port: is not a port from 0 to {MAX_PORT}")
    require_file(template)
    console = Console()
    with _started(template) as emulator, _server(emulator, port) as server:
        print_wiring(emulator.wiring)
        console.print(f"http://{LOOPBACK}:{server.server_port} (interrupt to stop)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            console.print("stopped; all data is deleted")


def _server(emulator: Emulator, port: int) -> EmulatorServer:
    try:
        return EmulatorServer(emulator, port)
    except OSError as taken:
        fail(f"--port {port}: {taken.strerror}; 0 chooses a free port")


@contextmanager
def _started(template: Path) -> Iterator[Emulator]:
    """The running template. A template or a build that it cannot run is an error of the command."""
    try:
        with start(template) as emulator:
            yield emulator
    except NotBuiltError as error:
        fail(f"{error}: run `make terms`")
    except EmulatorError as error:
        fail(str(error))

"""`consentry local`: the template raised in this process, its events delivered to the real handlers."""

from json import loads
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.json import JSON
from rich.table import Table

from infra.local.cloud import LocalCloud
from infra.local.files import deliver_file
from infra.local.serve import LOOPBACK, server
from infra.local.trace import Delivery

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
        Console().print(_wiring_table(cloud))


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
    with LocalCloud.raise_from(template) as cloud:
        for event in events:
            before = len(cloud.trace)
            response = deliver_file(cloud, event)
            console.rule(event.name)
            for delivery in cloud.trace[before:]:
                _show(console, delivery)
            if response is not None and len(cloud.trace) == before:
                console.print(
                    f"the API itself answered {response['statusCode']}: {response['body']}"
                )
        for letter in cloud.dead_letters():
            console.print(
                f"[red]kept in {letter.queue}[/]: {letter.attributes.get('ErrorMessage', '')}"
            )


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
    with LocalCloud.raise_from(template) as cloud, server(cloud, port) as listening:
        console.print(_wiring_table(cloud))
        console.print(f"http://{LOOPBACK}:{listening.server_port} (interrupt to end)")
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            console.print("ended; nothing was kept")


def _wiring_table(cloud: LocalCloud) -> Table:
    wiring = cloud.wiring
    names = {arn: one.logical_id for arn, one in wiring.functions.items()}
    table = Table("event", "function", "when it fails", title="template.yaml, raised locally")
    for route in wiring.routes:
        table.add_row(
            f"{route.method} {route.path}", names[route.function_arn], "the caller gets 500"
        )
    for rule in wiring.rules:
        for target in rule.targets:
            function = wiring.functions[target.arn]
            retries = wiring.async_retries.get(function.name, 2)
            kept = (function.dead_letters_arn or "nowhere").rpartition(":")[2]
            table.add_row(
                f"{rule.bus}: {rule.pattern}",
                function.logical_id,
                f"{retries} retries, then {kept}",
            )
    for mapping in wiring.mappings:
        queue = mapping.queue_arn.rpartition(":")[2]
        what = (
            "only what failed comes back"
            if mapping.reports_item_failures
            else "the batch comes back"
        )
        table.add_row(f"{queue}, {mapping.batch_size} at a time", names[mapping.function_arn], what)
    for machine in wiring.machines:
        first = machine.definition["States"][machine.definition["StartAt"]]
        function_arn = first.get("Parameters", {}).get("FunctionName", "")
        table.add_row(
            f"task of {machine.logical_id}", names.get(function_arn, ""), "the execution fails"
        )
    return table


def _show(console: Console, delivery: Delivery) -> None:
    if delivery.function is None:
        console.print(f"on the bus, for whoever listens: {delivery.event['detail-type']}")
        console.print(JSON.from_data(delivery.event["detail"]))
        return
    console.print(
        f"[bold]{delivery.function}[/], {delivery.attempts} attempt(s), {delivery.seconds:.2f} s"
    )
    if delivery.error:
        console.print(f"[red]{delivery.error.type}[/]: {delivery.error.message}")
        console.print(
            "[red]lost[/]" if delivery.lost else f"kept in {delivery.kept}" if delivery.kept else ""
        )
    else:
        console.print(JSON.from_data(_readable(delivery.answer)))


def _readable(answer: Any) -> Any:
    """An HTTP response with its JSON body opened."""
    if isinstance(answer, dict) and str(answer.get("body", "")).startswith(("{", "[")):
        return {**answer, "body": loads(answer["body"])}
    return answer

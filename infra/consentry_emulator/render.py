"""What local mode did, on a terminal."""

from collections.abc import Iterator, Mapping
from json import loads
from typing import Any

from rich.console import Console
from rich.json import JSON
from rich.markup import escape
from rich.table import Table

from consentry_emulator.delivery.executions import Execution
from consentry_emulator.emulator import Emulator
from consentry_emulator.event_log import Delivery
from consentry_emulator.wiring import Wiring

Row = tuple[str, str, str]


def wiring_table(cloud: Emulator) -> Table:
    """Which event reaches which function, and what happens when that fails."""
    table = Table("event", "function", "when it fails", title="template.yaml, raised locally")
    names = {arn: one.logical_id for arn, one in cloud.wiring.functions.items()}
    for row in (*_asked(cloud.wiring, names), *_rules(cloud.wiring), *_queues(cloud.wiring, names)):
        table.add_row(*row)
    return table


def _asked(wiring: Wiring, names: Mapping[str, str]) -> Iterator[Row]:
    for route in wiring.routes:
        yield f"{route.method} {route.path}", names[route.function_arn], "the caller gets 503"
    for machine in wiring.machines:
        first = machine.definition["States"][machine.definition["StartAt"]]
        function = names.get(first.get("Parameters", {}).get("FunctionName", ""), "")
        yield f"task of {machine.logical_id}", function, "the execution fails"


def _rules(wiring: Wiring) -> Iterator[Row]:
    for rule in wiring.rules:
        for target in rule.targets:
            function = wiring.functions[target.arn]
            retries = wiring.async_retries.get(function.name, 2)
            dead_letter_queue = (function.dead_letters_arn or "nowhere").rpartition(":")[2]
            event = f"{rule.bus}: {rule.pattern}"
            yield event, function.logical_id, f"{retries} retries, then {dead_letter_queue}"


def _queues(wiring: Wiring, names: Mapping[str, str]) -> Iterator[Row]:
    for mapping in wiring.mappings:
        queue = mapping.queue_arn.rpartition(":")[2]
        back = "only what failed" if mapping.reports_item_failures else "the batch"
        event = f"{queue}, {mapping.batch_size} at a time"
        yield event, names[mapping.function_arn], f"{back} comes back"


def show_delivery(console: Console, delivery: Delivery) -> None:
    """Print one delivery: the function and what it answered, or what became of its failure."""
    if delivery.function is None:
        console.print(f"on the bus, for whoever listens: {delivery.event['detail-type']}")
        console.print(JSON.from_data(delivery.event["detail"]))
        return
    tries = f"attempt {delivery.attempts}, {delivery.seconds * 1000:.0f} ms"
    console.print(f"[bold]{delivery.function}[/] ({delivery.trigger}; {tries})")
    if delivery.error is None:
        console.print(JSON.from_data(readable(delivery.answer)))
        return
    console.print(f"[red]{delivery.error.type}[/]: {escape(delivery.error.message)}")
    if delivery.dead_letter_queue or delivery.lost:
        console.print(
            f"kept in {delivery.dead_letter_queue}"
            if delivery.dead_letter_queue
            else "[red]lost[/]"
        )


def show_result(console: Console, told: object, *, delivered: bool) -> None:
    """Print what a sender is told that no delivery shows: the API's own refusal, how an execution ended."""
    if isinstance(told, Execution):
        console.print(f"the execution {told.status}: {escape(told.cause or 'the job was started')}")
    elif isinstance(told, dict) and not delivered:
        console.print(f"the API itself answered {told['statusCode']}: {escape(told['body'])}")


def readable(answer: Any) -> Any:
    """An HTTP response as its status and its body, opened if it is JSON."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return answer
    body = answer.get("body") or ""
    opened = loads(body) if body.startswith(("{", "[")) else body
    return {"status": answer["statusCode"], "body": opened}

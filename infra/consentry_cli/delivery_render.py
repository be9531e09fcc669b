"""What the emulator did: as tables on a terminal, as JSON for a program, and as an exit code."""

from collections.abc import Iterator, Mapping
from json import loads
from typing import Any

from rich.console import Console
from rich.json import JSON
from rich.markup import escape

from consentry.html.labels import number_of
from consentry_cli.exit_codes import DENIED, ERROR, OK
from consentry_cli.render import print_table
from consentry_emulator.delivery.executions import Execution
from consentry_emulator.event_log import DeadLetter, Delivery
from consentry_emulator.stack_wiring import Wiring


def print_wiring(wiring: Wiring) -> None:
    """Print which event reaches which function, and what happens on failure."""
    headings = ("event", "function", "on failure")
    print_table("triggers of the template", headings, _triggers(wiring))


def _triggers(wiring: Wiring) -> Iterator[tuple[str, str, str]]:
    names = {arn: function.logical_id for arn, function in wiring.functions.items()}
    for route in wiring.routes:
        yield f"{route.method} {route.path}", names[route.function_arn], "the caller gets 503"
    for machine in wiring.machines:
        first = machine.definition["States"][machine.definition["StartAt"]]
        function_name = names.get(first.get("Parameters", {}).get("FunctionName", ""), "")
        yield f"task of {machine.logical_id}", function_name, "the execution fails"
    for rule in wiring.rules:
        for target in rule.targets:
            function = wiring.functions[target.arn]
            retries = wiring.async_retries.get(function.name, 2)
            dead_letter_queue = (function.dead_letters_arn or "lost").rpartition(":")[2]
            failure = f"{number_of(retries, 'retry', 'retries')}, then {dead_letter_queue}"
            yield f"{rule.bus}: {rule.pattern}", function.logical_id, failure
    for mapping in wiring.queue_mappings:
        event = f"{mapping.queue_arn.rpartition(':')[2]}, up to {mapping.batch_size} at a time"
        retried = "the failed messages" if mapping.reports_item_failures else "the batch"
        yield event, names[mapping.function_arn], f"{retried} again"


def print_delivery(console: Console, delivery: Delivery) -> None:
    """Print one delivery: the function and its answer, or its error and the dead-letter queue."""
    if delivery.function is None:
        console.print(f"published on the bus: {delivery.event['detail-type']}")
        console.print(JSON.from_data(delivery.event["detail"]))
        return
    attempts = f"attempt {delivery.attempts}, {delivery.seconds * 1000:.0f} ms"
    console.print(f"[bold]{delivery.function}[/] ({delivery.trigger}; {attempts})")
    if delivery.error is None:
        console.print(JSON.from_data(_parsed(delivery.answer)))
        return
    console.print(f"[red]{delivery.error.type}[/]: {escape(delivery.error.message)}")
    if delivery.dead_letter_queue:
        console.print(f"sent to {delivery.dead_letter_queue}")
    elif delivery.lost:
        console.print("[red]lost[/]")


def print_result(console: Console, result: object) -> None:
    """Print a result that no delivery has: the end of an execution, or a response of the API itself."""
    if isinstance(result, Execution):
        cause = escape(result.cause or "the job was started")
        console.print(f"the execution {result.status}: {cause}")
    elif isinstance(result, dict):
        console.print(f"the API itself answered {result['statusCode']}: {escape(result['body'])}")


def delivery_as_json(event: str, delivery: Delivery) -> dict[str, Any]:
    """One delivery that followed from an event file."""
    if delivery.function is None:
        detail_type = delivery.event["detail-type"]
        return {"event": event, "published": detail_type, "detail": delivery.event["detail"]}
    error = delivery.error
    return {
        "event": event,
        "function": delivery.function,
        "trigger": delivery.trigger,
        "attempts": delivery.attempts,
        "answer": _parsed(delivery.answer),
        "error": {"type": error.type, "message": error.message} if error else None,
        "dead_letter_queue": delivery.dead_letter_queue,
        "lost": delivery.lost,
    }


def result_as_json(event: str, result: object) -> dict[str, Any] | None:
    """The same for a result that no delivery has; None for any other."""
    if isinstance(result, Execution):
        ended = {"execution": result.status, "error": result.error, "cause": result.cause}
        return {"event": event} | ended
    return {"event": event, "answer": _parsed(result)} if isinstance(result, dict) else None


def exit_code(
    deliveries: list[Delivery], results: list[object], dead_letters: list[DeadLetter]
) -> int:
    """ERROR if anything failed or is in a dead-letter queue, DENIED if anything was denied, else OK."""
    denied = any(_outcome(delivery) == "deny" for delivery in deliveries)
    failed = any(
        each.error or each.dead_letter_queue or each.lost or _is_error(each.answer)
        for each in deliveries
    )
    # A machine that stops at a denial ends as FAILED.
    ended = {each.status for each in results if isinstance(each, Execution)}
    stopped = not denied and ended - {"SUCCEEDED"}
    if failed or stopped or dead_letters or any(map(_is_error, results)):
        return ERROR
    return DENIED if denied else OK


def _is_error(answer: object) -> bool:
    return isinstance(answer, Mapping) and int(answer.get("statusCode", 0)) >= 400


def _outcome(delivery: Delivery) -> object:
    answer = _parsed(delivery.answer) if delivery.function else delivery.event["detail"]
    body = answer.get("body", answer) if isinstance(answer, Mapping) else None
    return body.get("outcome") if isinstance(body, Mapping) else None


def _parsed(answer: Any) -> Any:
    """An HTTP response as its status and its body, parsed if it is JSON; anything else unchanged."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return answer
    body = answer.get("body") or ""
    return {
        "status": answer["statusCode"],
        "body": loads(body) if body.startswith(("{", "[")) else body,
    }

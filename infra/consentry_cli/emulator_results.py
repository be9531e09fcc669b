"""What local mode did, for a program: an object for each delivery, and the exit code that all of it comes to."""

from collections.abc import Iterable, Mapping
from typing import Any

from consentry_emulator.delivery.executions import Execution
from consentry_emulator.event_log import DeadLetter, Delivery
from consentry_emulator.render import readable

SUCCEEDED, FAILED, DENIED = 0, 1, 3
"""Exit codes: as the commands have them that ask a deployed stack."""


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
        "answer": readable(delivery.answer),
        "error": {"type": error.type, "message": error.message} if error else None,
        "dead_letter_queue": delivery.dead_letter_queue,
        "lost": delivery.lost,
    }


def result_as_json(event: str, told: object, *, delivered: bool) -> dict[str, Any] | None:
    """What a sender was told that no delivery has: how an execution ended, the API's own refusal."""
    if isinstance(told, Execution):
        ended = {"execution": told.status, "error": told.error, "cause": told.cause}
        return {"event": event} | ended
    if isinstance(told, dict) and not delivered:
        return {"event": event, "answer": readable(told)}
    return None


def exit_code_of(
    deliveries: Iterable[Delivery], told: Iterable[object], letters: list[DeadLetter]
) -> int:
    """FAILED if anything failed or lies in dead letters, DENIED if anything was denied, else FINE."""
    after = list(deliveries)
    denied = any(_outcome(each) == "deny" for each in after)
    broken = any(
        each.error or each.dead_letter_queue or each.lost or _is_error(each.answer)
        for each in after
    )
    for each in told:
        broken |= _is_error(each)
        broken |= isinstance(each, Execution) and each.status != "SUCCEEDED" and not denied
    return FAILED if broken or letters else DENIED if denied else SUCCEEDED


def _is_error(answer: object) -> bool:
    return isinstance(answer, Mapping) and int(answer.get("statusCode", 0)) >= 400


def _outcome(delivery: Delivery) -> object:
    told = readable(delivery.answer) if delivery.function else delivery.event["detail"]
    body = told.get("body", told) if isinstance(told, Mapping) else None
    return body.get("outcome") if isinstance(body, Mapping) else None

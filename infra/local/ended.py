"""What local mode did, for a program: an object for each delivery, and the exit code that all of it comes to."""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.local.delivery.executions import Execution
from infra.local.shown import readable
from infra.local.trace import DeadLetter, Delivery

FINE, FAILED, DENIED = 0, 1, 3
"""Exit codes: as the commands have them that ask a deployed stack."""


def as_json(event: str, delivery: Delivery) -> dict[str, Any]:
    """One delivery that followed from an event file."""
    if delivery.function is None:
        detail_type = delivery.event["detail-type"]
        return {"event": event, "told": detail_type, "detail": delivery.event["detail"]}
    error = delivery.error
    return {
        "event": event,
        "function": delivery.function,
        "door": delivery.door,
        "attempts": delivery.attempts,
        "answer": readable(delivery.answer),
        "error": {"type": error.type, "message": error.message} if error else None,
        "kept": delivery.kept,
        "lost": delivery.lost,
    }


def told_as_json(event: str, told: object, *, reached: bool) -> dict[str, Any] | None:
    """What a sender was told that no delivery has: how an execution ended, the API's own refusal."""
    if isinstance(told, Execution):
        ended = {"execution": told.status, "error": told.error, "cause": told.cause}
        return {"event": event} | ended
    if isinstance(told, dict) and not reached:
        return {"event": event, "answer": readable(told)}
    return None


def code_of(
    deliveries: Iterable[Delivery], told: Iterable[object], letters: list[DeadLetter]
) -> int:
    """FAILED if anything failed or lies in dead letters, DENIED if anything was denied, else FINE."""
    after = list(deliveries)
    denied = any(_outcome(each) == "deny" for each in after)
    broken = any(each.error or each.kept or each.lost or _refused(each.answer) for each in after)
    for each in told:
        broken |= _refused(each)
        broken |= isinstance(each, Execution) and each.status != "SUCCEEDED" and not denied
    return FAILED if broken or letters else DENIED if denied else FINE


def _refused(answer: object) -> bool:
    return isinstance(answer, Mapping) and int(answer.get("statusCode", 0)) >= 400


def _outcome(delivery: Delivery) -> object:
    told = readable(delivery.answer) if delivery.function else delivery.event["detail"]
    body = told.get("body", told) if isinstance(told, Mapping) else None
    return body.get("outcome") if isinstance(body, Mapping) else None

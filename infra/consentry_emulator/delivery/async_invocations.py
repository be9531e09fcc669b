"""Asynchronous invocations: Lambda's own queue, its retries, and the dead-letter queue of the function."""

from dataclasses import dataclass, field
from typing import Any

from consentry_emulator.delivery.dead_letters import send_dead_letter
from consentry_emulator.event_log import Delivery
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import Function, Wiring

_RETRIES = 2
"""The number of retries that Lambda makes by default."""


@dataclass(slots=True)
class AsyncInvocations:
    """Events accepted for functions. Retries follow at once, without Lambda's minutes of waiting."""

    wiring: Wiring
    invoke: Invoke
    deliveries: list[Delivery]
    _waiting: list[tuple[Function, Any]] = field(default_factory=list)

    def enqueue(self, function: Function, event: Any) -> None:
        """Accept an event for a function; the next `deliver` delivers it."""
        self._waiting.append((function, event))

    def deliver(self) -> bool:
        """Invoke the functions of all waiting events; False if there were none."""
        waiting, self._waiting = self._waiting, []
        for function, event in waiting:
            self._deliver(function, event)
        return bool(waiting)

    def _deliver(self, function: Function, event: Any) -> None:
        retries = self.wiring.async_retries.get(function.name, _RETRIES)
        attempts, result = 1, self.invoke(function, event)
        while result.error and attempts <= retries:
            attempts, result = attempts + 1, self.invoke(function, event)
        queue, error = None, result.error
        if error and function.dead_letters_arn:
            # The event, unchanged, with the error as Lambda writes it: the first kilobyte of its message.
            attributes: dict[str, str | int] = {
                "RequestID": result.request_id,
                "ErrorCode": 200,
                "ErrorMessage": (error.message or " ")[:1024],
            }
            queue = send_dead_letter(self.wiring, function.dead_letters_arn, event, attributes)
        lost = error is not None and queue is None
        ended = {"attempts": attempts, "dead_letter_queue": queue, "lost": lost}
        self.deliveries.append(Delivery.of("bus", event, function, result, **ended))

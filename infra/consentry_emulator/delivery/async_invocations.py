"""Asynchronous invocation: Lambda's own queue, its retries, and the function's dead letters."""

import json
from collections.abc import Callable
from typing import Any

from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.wiring import Function

Invoke = Callable[[Function, Any], InvocationResult]

_RETRIES = 2
"""Lambda's own default."""


class AsyncInvocations:
    """Events accepted for functions, delivered with retries (without Lambda's minutes of waiting between)."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries
        self._waiting: list[tuple[Function, Any]] = []

    def enqueue(self, function: Function, event: Any) -> None:
        """Take an event for a function; it is delivered by the next `deliver`."""
        self._waiting.append((function, event))

    def deliver(self) -> bool:
        """Invoke for everything that waits; whether there was anything."""
        waiting, self._waiting = self._waiting, []
        for function, event in waiting:
            self._deliver(function, event)
        return bool(waiting)

    def _deliver(self, function: Function, event: Any) -> None:
        retries = self._account.wiring.async_retries.get(function.name, _RETRIES)
        attempts, answer = 1, self._invoke(function, event)
        while answer.error and attempts <= retries:
            attempts, answer = attempts + 1, self._invoke(function, event)
        dead_letter_queue = (
            self._send_to_dead_letters(function, event, answer) if answer.error else None
        )
        self._deliveries.append(
            Delivery(
                "bus",
                event,
                function.logical_id,
                answer.payload,
                answer.error,
                attempts,
                answer.log,
                answer.seconds,
                dead_letter_queue,
                lost=answer.error is not None and dead_letter_queue is None,
            )
        )

    def _send_to_dead_letters(
        self, function: Function, event: Any, answer: InvocationResult
    ) -> str | None:
        """The event as it came, with the error as Lambda writes it: the first kilobyte of its message."""
        queue, error = function.dead_letters_arn, answer.error
        if queue is None or error is None:
            return None
        self._account.client("sqs").send_message(
            QueueUrl=self._account.wiring.queues[queue],
            MessageBody=json.dumps(event),
            MessageAttributes={
                "RequestID": {"DataType": "String", "StringValue": answer.request_id},
                "ErrorCode": {"DataType": "Number", "StringValue": "200"},
                "ErrorMessage": {
                    "DataType": "String",
                    "StringValue": (error.message or " ")[:1024],
                },
            },
        )
        return queue.rpartition(":")[2]

"""Asynchronous invocations: Lambda's own queue, its retries, and the dead-letter queue of the function."""

import json
from typing import Any

from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult, Invoke
from consentry_emulator.stack_wiring import Function

_RETRIES = 2
"""Lambda's default."""


class AsyncInvocations:
    """Events accepted for functions. Retries follow at once, without Lambda's minutes of waiting."""

    def __init__(
        self, account: EmulatedAccount, invoke: Invoke, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invoke = invoke
        self._deliveries = deliveries
        self._waiting: list[tuple[Function, Any]] = []

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
        retries = self._account.wiring.async_retries.get(function.name, _RETRIES)
        attempts, result = 1, self._invoke(function, event)
        while result.error and attempts <= retries:
            attempts, result = attempts + 1, self._invoke(function, event)
        queue = self._send_to_dead_letters(function, event, result) if result.error else None
        self._deliveries.append(
            Delivery.of(
                "bus",
                event,
                function,
                result,
                attempts=attempts,
                dead_letter_queue=queue,
                lost=result.error is not None and queue is None,
            )
        )

    def _send_to_dead_letters(
        self, function: Function, event: Any, result: InvocationResult
    ) -> str | None:
        """The event, unchanged, with the error as Lambda writes it: the first kilobyte of its message."""
        queue, error = function.dead_letters_arn, result.error
        if queue is None or error is None:
            return None
        self._account.client("sqs").send_message(
            QueueUrl=self._account.wiring.queues[queue],
            MessageBody=json.dumps(event),
            MessageAttributes={
                "RequestID": {"DataType": "String", "StringValue": result.request_id},
                "ErrorCode": {"DataType": "Number", "StringValue": "200"},
                "ErrorMessage": {
                    "DataType": "String",
                    "StringValue": (error.message or " ")[:1024],
                },
            },
        )
        return queue.rpartition(":")[2]

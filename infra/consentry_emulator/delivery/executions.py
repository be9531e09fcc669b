"""Step Functions: executions run by moto's interpreter, whose Lambda tasks come back to the real handlers."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from consentry_emulator.delivery.rules import new_id
from consentry_emulator.errors import UnresolvedError
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.wiring import Function, Machine

Invoke = Callable[[Function, Any], InvocationResult]

_MAX_SECONDS = 60.0
"""Seconds that local mode waits for an execution."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How one execution ended: SUCCEEDED with its output, or FAILED with the Fail state's error and cause."""

    status: str
    output: Any
    error: str | None
    cause: str | None


class Executions:
    """Runs state machines; each is made in moto when it is first asked for, since parsing takes a second."""

    def __init__(self, account: EmulatedAccount, invoke: Invoke) -> None:
        self._account = account
        self._invoke = invoke
        self._state_machine_arns: dict[str, str] = {}

    def run(self, machine: Machine, execution_input: Any) -> Execution:
        """Execute to the end (to be called as the pump, so that only the interpreter's calls are the machine's)."""
        states = self._account.client("stepfunctions")
        with _quiet_interpreter():
            if machine.arn not in self._state_machine_arns:
                self._state_machine_arns[machine.arn] = states.create_state_machine(
                    name=machine.logical_id,
                    definition=_without_job_polling(machine.definition),
                    roleArn=machine.role.arn,
                )["stateMachineArn"]
            execution = states.start_execution(
                stateMachineArn=self._state_machine_arns[machine.arn],
                name=new_id(),
                input=json.dumps(execution_input),
            )["executionArn"]
            return self._wait_for_end(states, execution)

    def _wait_for_end(self, states: Any, execution: str) -> Execution:
        deadline = time.monotonic() + _MAX_SECONDS
        while time.monotonic() < deadline:
            told = states.describe_execution(executionArn=execution)
            if told["status"] != "RUNNING":
                output = json.loads(told.get("output") or "null")
                return Execution(told["status"], output, told.get("error"), told.get("cause"))
            time.sleep(0.01)
        raise UnresolvedError(execution, "the execution does not end")

    def handle_invoke(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What Lambda's Invoke answers to the interpreter, errors told as Lambda tells them."""
        function = self._account.wiring.function_named(params["FunctionName"])
        answer = self._invoke(function, json.loads(params["Payload"]))
        if answer.error is None:
            return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer.payload).encode())}
        told = {
            "errorType": answer.error.type,
            "errorMessage": answer.error.message,
            "requestId": answer.request_id,
        }
        payload = io.BytesIO(json.dumps(told).encode())
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}


def _without_job_polling(definition: Mapping[str, Any]) -> str:
    """The definition, but that a training job is started and not waited for: moto starts it and trains nothing."""
    return json.dumps(definition).replace(":createTrainingJob.sync", ":createTrainingJob")


@contextmanager
def _quiet_interpreter() -> Iterator[None]:
    """The interpreter logs every Fail state as an error of its own; the execution tells it better."""
    logger = logging.getLogger("moto.stepfunctions")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)

"""Step Functions: moto interprets the state machines, and their Lambda tasks invoke the functions."""

import io
import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from consentry_emulator.delivery.rules import new_id
from consentry_emulator.errors import UnresolvedError
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import Machine

_MAX_SECONDS = 60.0
"""Seconds to wait for the end of an execution."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How one execution ended: SUCCEEDED with its output, or FAILED with the Fail state's error and cause."""

    status: str
    output: Any
    error: str | None
    cause: str | None


class Executions:
    """Runs state machines. Each is created in moto on its first execution, since moto parses it for a second."""

    def __init__(self, account: EmulatedAccount, invoke: Invoke) -> None:
        self._account = account
        self._invoke = invoke
        self._state_machine_arns: dict[str, str] = {}

    def run(self, machine: Machine, execution_input: Any) -> Execution:
        """Execute to the end. Call it as the dispatcher: only the interpreter makes calls for the machine."""
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
            state = states.describe_execution(executionArn=execution)
            if state["status"] != "RUNNING":
                output = json.loads(state.get("output") or "null")
                return Execution(state["status"], output, state.get("error"), state.get("cause"))
            time.sleep(0.01)
        raise UnresolvedError(execution, "the execution does not end")

    def handle_invoke(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer the interpreter's call of Lambda's Invoke, errors as Lambda reports them."""
        function = self._account.wiring.find_function(params["FunctionName"])
        result = self._invoke(function, json.loads(params["Payload"]))
        if result.error is None:
            return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result.payload).encode())}
        error = {
            "errorType": result.error.type,
            "errorMessage": result.error.message,
            "requestId": result.request_id,
        }
        payload = io.BytesIO(json.dumps(error).encode())
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}


def _without_job_polling(definition: Mapping[str, Any]) -> str:
    """The definition without waiting for training jobs: moto starts them, and they never end."""
    return json.dumps(definition).replace(":createTrainingJob.sync", ":createTrainingJob")


@contextmanager
def _quiet_interpreter() -> Iterator[None]:
    """Silence the interpreter, which logs every Fail state as an error; the execution has it too."""
    logger = logging.getLogger("moto.stepfunctions")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)

"""Step Functions: moto interprets the state machines, and their Lambda tasks invoke the functions."""

import io
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from consentry_emulator.errors import UnresolvedError
from consentry_emulator.resources import client
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import Machine, Wiring

_MAX_SECONDS = 60.0
"""Seconds to wait for the end of an execution."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How one execution ended: SUCCEEDED, or FAILED with the Fail state's error and cause."""

    status: str
    error: str | None
    cause: str | None


@dataclass(slots=True)
class Executions:
    """Runs state machines. Each is created in moto on its first execution, since moto needs a second to parse it."""

    wiring: Wiring
    invoke: Invoke
    _state_machine_arns: dict[str, str] = field(default_factory=dict)

    def run(self, machine: Machine, execution_input: Any) -> Execution:
        """Execute to the end. Call it as the emulator: only the interpreter makes calls for the machine."""
        # The interpreter logs every Fail state as an error; the execution has it too.
        logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
        states = client("stepfunctions")
        if machine.arn not in self._state_machine_arns:
            # Without waiting for training jobs: moto starts them, and they never end.
            definition = json.dumps(machine.definition).replace(
                ":createTrainingJob.sync", ":createTrainingJob"
            )
            self._state_machine_arns[machine.arn] = states.create_state_machine(
                name=machine.logical_id,
                definition=definition,
                roleArn=machine.role.arn,
            )["stateMachineArn"]
        execution = states.start_execution(
            stateMachineArn=self._state_machine_arns[machine.arn],
            name=str(uuid4()),
            input=json.dumps(execution_input),
        )["executionArn"]
        deadline = time.monotonic() + _MAX_SECONDS
        while time.monotonic() < deadline:
            state = states.describe_execution(executionArn=execution)
            if state["status"] != "RUNNING":
                return Execution(state["status"], state.get("error"), state.get("cause"))
            time.sleep(0.01)
        raise UnresolvedError(execution, "the execution does not end")

    def handle_invoke(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer the interpreter's call of Lambda's Invoke, errors as Lambda reports them."""
        function = self.wiring.find_function(params["FunctionName"])
        result = self.invoke(function, json.loads(params["Payload"]))
        answer: dict[str, Any] = {"StatusCode": 200}
        payload = result.payload
        if result.error:
            answer["FunctionError"] = "Unhandled"
            payload = {
                "errorType": result.error.type,
                "errorMessage": result.error.message,
                "requestId": result.request_id,
            }
        return answer | {"Payload": io.BytesIO(json.dumps(payload).encode())}

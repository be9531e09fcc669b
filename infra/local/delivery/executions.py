"""Step Functions: executions run by moto's interpreter, whose Lambda tasks come back to the real handlers."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.delivery.rules import new_id
from infra.local.errors import UnresolvedError
from infra.local.resources import World
from infra.local.runtime import Answer
from infra.local.wiring import Function, Machine

Invoke = Callable[[Function, Any], Answer]

_LONGEST = 60.0
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

    def __init__(self, world: World, invoke: Invoke) -> None:
        self._world = world
        self._invoke = invoke
        self._made: dict[str, str] = {}

    def run(self, machine: Machine, given: Any) -> Execution:
        """Execute to the end (to be called as the pump, so that only the interpreter's calls are the machine's)."""
        states = self._world.client("stepfunctions")
        with _quiet_interpreter():
            if machine.arn not in self._made:
                self._made[machine.arn] = states.create_state_machine(
                    name=machine.logical_id,
                    definition=_without_waiting(machine.definition),
                    roleArn=machine.role.arn,
                )["stateMachineArn"]
            execution = states.start_execution(
                stateMachineArn=self._made[machine.arn], name=new_id(), input=json.dumps(given)
            )["executionArn"]
            return self._ended(states, execution)

    def _ended(self, states: Any, execution: str) -> Execution:
        deadline = time.monotonic() + _LONGEST
        while time.monotonic() < deadline:
            told = states.describe_execution(executionArn=execution)
            if told["status"] != "RUNNING":
                output = json.loads(told.get("output") or "null")
                return Execution(told["status"], output, told.get("error"), told.get("cause"))
            time.sleep(0.01)
        raise UnresolvedError(execution, "the execution does not end")

    def answer_invoke(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What Lambda's Invoke answers to the interpreter, errors told as Lambda tells them."""
        function = self._world.wiring.function_named(params["FunctionName"])
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


def _without_waiting(definition: Mapping[str, Any]) -> str:
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

"""The pump: everything that waits is delivered, until nothing waits; each handler under its own role."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.calls import Calls
from infra.local.delivery.asynchronous import Asynchronous
from infra.local.delivery.executions import Execution, Executions
from infra.local.delivery.objects import Objects
from infra.local.delivery.queues import Queues
from infra.local.delivery.rules import Rules
from infra.local.delivery.streams import Streams
from infra.local.errors import EndlessRedeliveryError
from infra.local.resources import World
from infra.local.runtime import Answer, Runtime
from infra.local.trace import Delivery
from infra.local.wiring import Function, Machine

_MOST_ROUNDS = 1000


class Pump:
    """Joins the ways that events travel; one handler runs at a time, since each has this process's environment."""

    def __init__(self, world: World, opt: Path) -> None:
        self.trace: list[Delivery] = []
        self.calls = Calls(world.wiring, self._observe)
        self._runtime = Runtime(opt)
        self._one_at_a_time = threading.RLock()
        self._asynchronous = Asynchronous(world, self.run, self.trace)
        self.rules = Rules(world, self._asynchronous, self.trace)
        self._objects = Objects(world, self.rules)
        self._queues = Queues(world, self.run, self.trace)
        self.streams = Streams(world, self.run, self.trace)
        self._executions = Executions(world, self.run_task)
        self.calls.stand_in_for["lambda", "Invoke"] = self._executions.answer_invoke

    def run(self, function: Function, event: Any) -> Answer:
        """One invocation, with the function's rights."""
        with self._one_at_a_time, self.calls.made_by(function):
            return self._runtime.invoke(function, event)

    def run_task(self, function: Function, event: Any) -> Answer:
        """One synchronous invocation, traced."""
        answer = self.run(function, event)
        self.record("task", event, function, answer, answer.payload)
        return answer

    def record(
        self, door: str, event: Any, function: Function, answer: Answer, payload: Any
    ) -> None:
        """Trace an invocation whose caller waited for it."""
        told = (payload, answer.error, 1, answer.log, answer.seconds)
        self.trace.append(Delivery(door, event, function.logical_id, *told))

    def execute(self, machine: Machine, given: Any) -> Execution:
        """An execution to its end, with the machine's rights."""
        # Asking how it goes is the pump's doing; the interpreter calls from a thread of its own.
        with self.calls.made_by(machine), self.calls.of_the_pump():
            return self._executions.run(machine, given)

    def deliver(self) -> None:
        """Deliver until nothing waits anywhere."""
        with self._one_at_a_time:
            for _ in range(_MOST_ROUNDS):
                ways = (self.rules, self._asynchronous, self._queues, self.streams)
                moved = [way.deliver() for way in ways]  # each of them, whatever the others did
                if not any(moved):
                    return
        raise EndlessRedeliveryError("events that answer each other")

    def _observe(
        self, service: str, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        if service == "events":
            self.rules.observe(operation, params, answer)
        elif service == "s3":
            self._objects.observe(operation, params, answer)

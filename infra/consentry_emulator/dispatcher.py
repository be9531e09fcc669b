"""The pump: everything that waits is delivered, until nothing waits; each handler under its own role."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consentry_emulator.aws_call_hook import AwsCallHook
from consentry_emulator.delivery.async_invocations import AsyncInvocations
from consentry_emulator.delivery.executions import Execution, Executions
from consentry_emulator.delivery.object_notifications import ObjectNotifications
from consentry_emulator.delivery.queues import QueuePoller
from consentry_emulator.delivery.rules import Rules
from consentry_emulator.delivery.streams import StreamPoller
from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult, Runtime
from consentry_emulator.wiring import Function, Machine

_MAX_ROUNDS = 1000


class Dispatcher:
    """Joins the ways that events travel; one handler runs at a time, since each has this process's environment."""

    def __init__(self, account: EmulatedAccount, opt: Path) -> None:
        self.deliveries: list[Delivery] = []
        self.call_hook = AwsCallHook(account.wiring, self._on_call)
        self._runtime = Runtime(opt)
        self._one_at_a_time = threading.RLock()
        self._async_invocations = AsyncInvocations(account, self.run, self.deliveries)
        self.rules = Rules(account, self._async_invocations, self.deliveries)
        self._objects = ObjectNotifications(account, self.rules)
        self._queues = QueuePoller(account, self.run, self.deliveries)
        self.streams = StreamPoller(account, self.run, self.deliveries)
        self._executions = Executions(account, self.run_task)
        self.call_hook.stubs["lambda", "Invoke"] = self._executions.handle_invoke

    def run(self, function: Function, event: Any) -> InvocationResult:
        """One invocation, with the function's rights."""
        with self._one_at_a_time, self.call_hook.as_caller(function):
            return self._runtime.invoke(function, event)

    def run_task(self, function: Function, event: Any) -> InvocationResult:
        """One synchronous invocation, traced."""
        answer = self.run(function, event)
        self.record("task", event, function, answer, answer.payload)
        return answer

    def record(
        self, trigger: str, event: Any, function: Function, answer: InvocationResult, payload: Any
    ) -> None:
        """Trace an invocation whose caller waited for it."""
        told = (payload, answer.error, 1, answer.log, answer.seconds)
        self.deliveries.append(Delivery(trigger, event, function.logical_id, *told))

    def execute(self, machine: Machine, execution_input: Any) -> Execution:
        """An execution to its end, with the machine's rights."""
        # Asking how it goes is the pump's doing; the interpreter calls from a thread of its own.
        with self.call_hook.as_caller(machine), self.call_hook.as_dispatcher():
            return self._executions.run(machine, execution_input)

    def deliver(self) -> None:
        """Deliver until nothing waits anywhere."""
        with self._one_at_a_time:
            for _ in range(_MAX_ROUNDS):
                ways = (self.rules, self._async_invocations, self._queues, self.streams)
                moved = [way.deliver() for way in ways]  # each of them, whatever the others did
                if not any(moved):
                    return
        raise EndlessRedeliveryError("events that answer each other")

    def _on_call(
        self, service: str, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        if service == "events":
            self.rules.on_call(operation, params, answer)
        elif service == "s3":
            self._objects.on_call(operation, params, answer)

"""The dispatcher: delivers until nothing waits, and runs each handler under its own role."""

import threading
from typing import Any

from consentry_emulator.aws_call_hook import AwsCallHook
from consentry_emulator.delivery.async_invocations import AsyncInvocations
from consentry_emulator.delivery.executions import Execution, Executions
from consentry_emulator.delivery.queues import QueuePoller
from consentry_emulator.delivery.rules import Rules
from consentry_emulator.delivery.streams import StreamPoller
from consentry_emulator.errors import EndlessRedeliveryError
from consentry_emulator.event_log import Delivery
from consentry_emulator.runtime import InvocationResult, Runtime
from consentry_emulator.stack_wiring import Function, Machine, Wiring

_MAX_ROUNDS = 1000


class Dispatcher:
    """Connects all triggers. One handler runs at a time, since each needs the environment of this process."""

    def __init__(self, wiring: Wiring, runtime: Runtime) -> None:
        self.deliveries: list[Delivery] = []
        self.wiring = wiring
        self._runtime = runtime
        self._one_at_a_time = threading.RLock()
        self._async_invocations = AsyncInvocations(wiring, self.run, self.deliveries)
        self.rules = Rules(wiring, self._async_invocations, self.deliveries)
        self.call_hook = AwsCallHook(wiring, self.rules.on_call)
        self._queues = QueuePoller(wiring, self.run, self.deliveries)
        self.streams = StreamPoller(wiring, self.run, self.deliveries)
        self._executions = Executions(wiring, self.run_task)
        self.call_hook.stubs["lambda", "Invoke"] = self._executions.handle_invoke

    def run(self, function: Function, event: Any) -> InvocationResult:
        """Invoke a function once, with its own role."""
        with self._one_at_a_time, self.call_hook.as_caller(function):
            return self._runtime.invoke(function, event)

    def run_task(self, function: Function, event: Any) -> InvocationResult:
        """Invoke a function once, for a caller that waits, and log it."""
        result = self.run(function, event)
        self.deliveries.append(Delivery.of("task", event, function, result))
        return result

    def execute(self, machine: Machine, execution_input: Any) -> Execution:
        """Execute a state machine to its end, with its own role."""
        # This thread polls as the dispatcher; moto interprets the machine in a thread of its own.
        with self.call_hook.as_caller(machine), self.call_hook.as_dispatcher():
            return self._executions.run(machine, execution_input)

    def deliver(self) -> None:
        """Deliver until nothing waits."""
        triggers = (self.rules, self._async_invocations, self._queues, self.streams)
        with self._one_at_a_time:
            for _ in range(_MAX_ROUNDS):
                delivered = [trigger.deliver() for trigger in triggers]  # all of them in each round
                if not any(delivered):
                    return
        raise EndlessRedeliveryError("events that cause each other")

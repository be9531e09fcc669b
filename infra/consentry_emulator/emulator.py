"""The emulator: creates the stack of a template on moto in this process, and delivers its events."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from consentry_emulator.aws_call_hook import AwsCallHook
from consentry_emulator.delivery import dead_letters
from consentry_emulator.delivery.async_invocations import AsyncInvocations
from consentry_emulator.delivery.executions import Execution, Executions
from consentry_emulator.delivery.http_api import HttpApi, Request, Response
from consentry_emulator.delivery.queues import QueuePoller
from consentry_emulator.delivery.rules import Rules
from consentry_emulator.delivery.streams import StreamPoller
from consentry_emulator.errors import EndlessRedeliveryError, UnresolvedError
from consentry_emulator.event_log import DeadLetter, Delivery
from consentry_emulator.process_isolation import account_environ
from consentry_emulator.resources import client
from consentry_emulator.runtime import InvocationResult, Runtime
from consentry_emulator.stack import Stack
from consentry_emulator.stack_wiring import Function, Wiring
from consentry_emulator.table_snapshots import shared_item_snapshots

_MAX_ROUNDS = 1000


class Emulator:
    """A running stack. `deliveries` logs what happened to every event, in order of delivery.

    One handler runs at a time, since each needs the environment of this process.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.wiring = Wiring()
        self.outputs: Mapping[str, str] = {}
        self.deliveries: list[Delivery] = []
        self._runtime = runtime
        self._one_at_a_time = threading.RLock()
        delivered = (self.wiring, self._run, self.deliveries)
        self._http_api = HttpApi(*delivered)
        self._async_invocations = AsyncInvocations(*delivered)
        self._queues = QueuePoller(*delivered)
        self.streams = StreamPoller(*delivered)
        self.rules = Rules(self.wiring, self._async_invocations, self.deliveries)
        self._executions = Executions(self.wiring, self._run_task)
        self.call_hook = AwsCallHook(self.wiring, self.rules.on_call)
        self.call_hook.stubs["lambda", "Invoke"] = self._executions.handle_invoke

    @classmethod
    @contextmanager
    def start(
        cls,
        template: Path,
        *,
        stack: str,
        parameters: Mapping[str, str] | None = None,
        opt: Path | None = None,
        isolate: tuple[str, ...] = (),
    ) -> Iterator["Emulator"]:
        """Create a stack of `template`, with the stacks nested in it.

        `opt` is the directory that functions see as /opt. `isolate` names the modules of which each function gets
        its own copies (see `isolated_imports`): those that hold clients, caches or settings.
        """
        emulator = cls(Runtime(opt, isolate))
        # moto does not interpret state machines by default.
        mock = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
        with account_environ(), mock, shared_item_snapshots(), emulator.call_hook.intercept():
            created = Stack(template, stack, parameters or {}, emulator.wiring)
            emulator.outputs = created.create_all()
            yield emulator

    def client(self, service: str) -> Any:
        """A boto3 client of the account, with an operator's permissions."""
        return client(service)

    def http(
        self,
        method: str,
        path: str,
        body: Any = None,
        claims: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send an HTTP request. `claims` are those of the caller's token; without them the API answers 401."""
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        request = Request(method, path, text, claims, headers or {})
        return self._http_api.respond(request)

    def replay(self, envelope: Mapping[str, Any]) -> Response:
        """Send a recorded payload of format 2.0, unchanged, to the function of its route."""
        context = envelope["requestContext"]
        claims = context.get("authorizer", {}).get("jwt", {}).get("claims")
        if claims is not None:
            # It was recorded with another issuer. Here only the presence of a token counts.
            claims = {name: value for name, value in claims.items() if name not in ("iss", "aud")}
        request = Request(context["http"]["method"], context["http"]["path"], claims=claims)
        return self._http_api.respond(request, envelope)

    def put_event(
        self, source: str, detail_type: str, detail: Mapping[str, Any], bus: str | None = None
    ) -> None:
        """Put an event on a bus (its logical id; by default the template's only one). `deliver` delivers it."""
        own = {name: bus for name, bus in self.wiring.buses.items() if name != "default"}
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        entry["EventBusName"] = self.wiring.buses[bus] if bus else _only("bus", own)
        self.client("events").put_events(Entries=[entry])

    def send_message(self, body: Any, queue: str) -> None:
        """Send a message to a queue (its logical id). `deliver` delivers it."""
        url = next(url for url in self.wiring.queues.values() if url.endswith(f"-{queue}"))
        text = body if isinstance(body, str) else json.dumps(body)
        self.client("sqs").send_message(QueueUrl=url, MessageBody=text)

    def put_object(self, key: str, body: bytes, bucket: str | None = None) -> None:
        """Put an object into a bucket (its logical id). `deliver` delivers the notification."""
        self.client("s3").put_object(Bucket=self.bucket_name(bucket), Key=key, Body=body)

    def bucket_name(self, bucket: str | None = None) -> str:
        """The name of a bucket by its logical id; by default the template's only one."""
        return self.wiring.buckets[bucket] if bucket else _only("bucket", self.wiring.buckets)

    def invoke(self, function: str, event: Any) -> InvocationResult:
        """Invoke a function (its logical id) and wait for the result, as a task or an operator does."""
        named = {each.logical_id: each for each in self.wiring.functions.values()}
        if function not in named:
            raise UnresolvedError(function, "no such function")
        return self._run_task(named[function], event)

    def execute(self, machine: str, execution_input: Any) -> Execution:
        """Execute a state machine (its logical id) on an input, and wait for the end."""
        named = {each.logical_id: each for each in self.wiring.machines}
        if machine not in named:
            raise UnresolvedError(machine, "no such state machine")
        # This thread polls as the emulator; moto interprets the machine in a thread of its own.
        with self.call_hook.as_caller(named[machine]), self.call_hook.as_emulator():
            return self._executions.run(named[machine], execution_input)

    def deliver(self) -> None:
        """Deliver until no event and no message waits."""
        triggers = (self.rules, self._async_invocations, self._queues, self.streams)
        with self._one_at_a_time:
            for _ in range(_MAX_ROUNDS):
                delivered = [trigger.deliver() for trigger in triggers]  # all of them in each round
                if not any(delivered):
                    return
        raise EndlessRedeliveryError("events that cause each other")

    def dead_letters(self) -> list[DeadLetter]:
        """The messages in the dead-letter queues. They remain there."""
        return dead_letters.peek(self.wiring)

    def _run(self, function: Function, event: Any) -> InvocationResult:
        """Invoke a function once, with its own role."""
        with self._one_at_a_time, self.call_hook.as_caller(function):
            return self._runtime.invoke(function, event)

    def _run_task(self, function: Function, event: Any) -> InvocationResult:
        """Invoke a function once, for a caller that waits, and log it."""
        result = self._run(function, event)
        self.deliveries.append(Delivery.of("task", event, function, result))
        return result


def _only(kind: str, names: Mapping[str, str]) -> str:
    if len(names) != 1:
        raise UnresolvedError(kind, f"the template has {len(names)}: name one")
    (name,) = names.values()
    return name

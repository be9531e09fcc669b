"""Local mode: the template raised on moto in this process, its events delivered to the real handlers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from consentry_emulator import template_yaml
from consentry_emulator.delivery import dead_letters
from consentry_emulator.delivery.executions import Execution
from consentry_emulator.delivery.http_api import Request, Response, handle_request
from consentry_emulator.dispatcher import Dispatcher
from consentry_emulator.errors import UnresolvedError
from consentry_emulator.event_log import DeadLetter
from consentry_emulator.process_isolation import account_environ
from consentry_emulator.resources import EmulatedAccount
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.stack import Stack
from consentry_emulator.table_snapshots import shared_item_snapshots

STACK = "consentry-local"

DEFAULTS: Mapping[str, str] = {
    "JwtIssuer": "https://issuer.local",
    "JwtAudience": "consentry",
    "TrainingRoleArn": "arn:aws:iam::123456789012:role/training",
    "BusCallers": '{"meetings.pipeline": "*"}',
    "QueueCustomers": "*",
    "TaskCustomers": "*",
}
"""What the template asks of whoever deploys it, for a stack that nobody else can reach."""


class Emulator:
    """The raised template. `trace` tells what became of every event, in order of delivery."""

    def __init__(
        self, account: EmulatedAccount, dispatcher: Dispatcher, outputs: Mapping[str, str]
    ) -> None:
        self.wiring = account.wiring
        self.outputs = outputs
        self.dispatcher = dispatcher
        self.deliveries = dispatcher.deliveries
        self._account = account

    @classmethod
    @contextmanager
    def start(
        cls,
        template: Path,
        *,
        parameters: Mapping[str, str] | None = None,
        opt: Path | None = None,
    ) -> Iterator["Emulator"]:
        """Raise `template` and what it nests; `opt` stands for /opt (default: .build beside it)."""
        account = EmulatedAccount()
        dispatcher = Dispatcher(account, opt or template.parent / ".build")
        declared = template_yaml.read(template).get("Parameters", {})
        defaults = {name: value for name, value in DEFAULTS.items() if name in declared}
        # Step Functions' interpreter is off in moto unless asked for.
        mock = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
        with (
            account_environ(),
            mock,
            shared_item_snapshots(),
            dispatcher.call_hook.intercept(),
        ):
            stack = Stack(template, STACK, {**defaults, **(parameters or {})}, account)
            yield cls(account, dispatcher, stack.create_all())

    def client(self, service: str) -> Any:
        """A boto3 client of the local account, with the operator's rights."""
        found: Any = self._account.client(service)
        return found

    def http(
        self,
        method: str,
        path: str,
        body: Any = None,
        claims: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """What the API answers. `claims` are those of the caller's token; without any it answers 401."""
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        request = Request(method, path, text, claims, headers or {})
        return handle_request(self.dispatcher, self.wiring, request)

    def replay(self, envelope: Mapping[str, Any]) -> Response:
        """What the API answers to a recorded payload of format 2.0, handed on as it was recorded."""
        context = envelope["requestContext"]
        claims = context.get("authorizer", {}).get("jwt", {}).get("claims")
        if claims is not None:
            # It was recorded behind another issuer: only that there was a token counts here.
            claims = {name: one for name, one in claims.items() if name not in ("iss", "aud")}
        request = Request(context["http"]["method"], context["http"]["path"], claims=claims)
        return handle_request(self.dispatcher, self.wiring, request, envelope)

    def put_event(
        self, source: str, detail_type: str, detail: Mapping[str, Any], bus: str = "DataUseBus"
    ) -> None:
        """Put an event on a bus (its logical id); `deliver` delivers it."""
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        entry["EventBusName"] = self.wiring.buses[bus]
        self.client("events").put_events(Entries=[entry])

    def send_message(self, body: Any, queue: str = "RequestQueue") -> None:
        """Send a message to a queue (its logical id); `deliver` delivers it."""
        url = next(url for url in self.wiring.queues.values() if url.endswith(f"-{queue}"))
        text = body if isinstance(body, str) else json.dumps(body)
        self.client("sqs").send_message(QueueUrl=url, MessageBody=text)

    def put_object(self, key: str, body: bytes, bucket: str = "ScreeningBucket") -> None:
        """Put an object into a bucket (its logical id); `deliver` delivers what the bucket tells."""
        self.client("s3").put_object(Bucket=self.wiring.buckets[bucket], Key=key, Body=body)

    def invoke(self, function: str, event: Any) -> InvocationResult:
        """Invoke a function (its logical id) and wait for its answer, as a task or an operator does."""
        for found in self.wiring.functions.values():
            if found.logical_id == function:
                return self.dispatcher.run_task(found, event)
        raise UnresolvedError(function, "no such function")

    def execute(self, machine: str, execution_input: Any) -> Execution:
        """Run a state machine (its logical id) on an input, to its end."""
        for found in self.wiring.machines:
            if found.logical_id == machine:
                return self.dispatcher.execute(found, execution_input)
        raise UnresolvedError(machine, "no such state machine")

    def deliver(self) -> None:
        """Pump until nothing waits anywhere."""
        self.dispatcher.deliver()

    def dead_letters(self) -> list[DeadLetter]:
        """What lies in the dead-letter queues; it stays there."""
        return dead_letters.peek(self._account)

"""Local mode: the template raised on moto in this process, its events delivered to the real handlers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from infra.local import template_yaml
from infra.local.delivery import letters
from infra.local.delivery.executions import Execution
from infra.local.delivery.http import Request, Response, answer_request
from infra.local.errors import UnresolvedError
from infra.local.process import account_environ
from infra.local.pump import Pump
from infra.local.resources import World
from infra.local.runtime import Answer
from infra.local.stack import Stack
from infra.local.trace import DeadLetter

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


class LocalCloud:
    """The raised template. `trace` tells what became of every event, in order of delivery."""

    def __init__(self, world: World, pump: Pump, outputs: Mapping[str, str]) -> None:
        self.wiring = world.wiring
        self.outputs = outputs
        self.pump = pump
        self.trace = pump.trace
        self._world = world

    @classmethod
    @contextmanager
    def raise_from(
        cls,
        template: Path,
        *,
        parameters: Mapping[str, str] | None = None,
        opt: Path | None = None,
    ) -> Iterator["LocalCloud"]:
        """Raise `template` and what it nests; `opt` stands for /opt (default: .build beside it)."""
        world = World()
        pump = Pump(world, opt or template.parent / ".build")
        declared = template_yaml.read(template).get("Parameters", {})
        defaults = {name: value for name, value in DEFAULTS.items() if name in declared}
        # Step Functions' interpreter is off in moto unless asked for.
        mock = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
        with account_environ(), mock, pump.calls.intercepted():
            stack = Stack(template, STACK, {**defaults, **(parameters or {})}, world)
            yield cls(world, pump, stack.raise_all())

    def client(self, service: str) -> Any:
        """A boto3 client of the local account, with the operator's rights."""
        found: Any = self._world.client(service)
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
        return answer_request(self.pump, self.wiring, request)

    def replay(self, envelope: Mapping[str, Any]) -> Response:
        """What the API answers to a recorded payload of format 2.0, handed on as it was recorded."""
        context = envelope["requestContext"]
        claims = context.get("authorizer", {}).get("jwt", {}).get("claims")
        if claims is not None:
            # It was recorded behind another issuer: only that there was a token counts here.
            claims = {name: one for name, one in claims.items() if name not in ("iss", "aud")}
        request = Request(context["http"]["method"], context["http"]["path"], claims=claims)
        return answer_request(self.pump, self.wiring, request, envelope)

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

    def invoke(self, function: str, event: Any) -> Answer:
        """Invoke a function (its logical id) and wait for its answer, as a task or an operator does."""
        for found in self.wiring.functions.values():
            if found.logical_id == function:
                return self.pump.run_task(found, event)
        raise UnresolvedError(function, "no such function")

    def execute(self, machine: str, given: Any) -> Execution:
        """Run a state machine (its logical id) on an input, to its end."""
        for found in self.wiring.machines:
            if found.logical_id == machine:
                return self.pump.execute(found, given)
        raise UnresolvedError(machine, "no such state machine")

    def deliver(self) -> None:
        """Pump until nothing waits anywhere."""
        self.pump.deliver()

    def dead_letters(self) -> list[DeadLetter]:
        """What lies in the dead-letter queues; it stays there."""
        return letters.peek(self._world)

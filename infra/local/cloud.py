"""Local mode: the template raised on moto in this process, its events delivered to the real handlers."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from infra.local import template_yaml
from infra.local.calls import Calls
from infra.local.delivery import http as api
from infra.local.delivery import letters
from infra.local.delivery.asynchronous import Asynchronous
from infra.local.delivery.objects import Objects
from infra.local.delivery.queues import Queues
from infra.local.delivery.rules import Rules
from infra.local.errors import EndlessRedeliveryError
from infra.local.process import account_environ
from infra.local.resources import World
from infra.local.runtime import Answer, Runtime
from infra.local.stack import Stack
from infra.local.trace import DeadLetter, Delivery
from infra.local.wiring import Function

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

_MOST_ROUNDS = 1000


class LocalCloud:
    """The raised template. `trace` tells what became of every event, in order of delivery."""

    def __init__(self, world: World, opt: Path) -> None:
        self.trace: list[Delivery] = []
        self.wiring = world.wiring
        self.outputs: Mapping[str, str] = {}
        self.calls = Calls(world.wiring, self._observe)
        self._world = world
        self._runtime = Runtime(opt)
        self._one_at_a_time = threading.RLock()
        self._asynchronous = Asynchronous(world, self._run, self.trace)
        self.rules = Rules(world, self._asynchronous, self.trace)
        self.objects = Objects(world, self.rules)
        self._queues = Queues(world, self._run, self.trace)

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
        cloud = cls(world, opt or template.parent / ".build")
        with account_environ(), mock_aws(), cloud.calls.intercepted():
            stack = Stack(template, STACK, cls._defaults_for(template, parameters), world)
            cloud.outputs = stack.raise_all()
            yield cloud

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
    ) -> api.Response:
        """What the API answers. `claims` are those of the caller's token; without any it answers 401."""
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        request = api.Request(method, path, text, claims, headers or {})
        return self._answer(request, None)

    def replay(self, envelope: Mapping[str, Any]) -> api.Response:
        """What the API answers to a recorded payload of format 2.0, handed on as it was recorded."""
        context = envelope["requestContext"]
        claims = context.get("authorizer", {}).get("jwt", {}).get("claims")
        asked = context["http"]
        return self._answer(api.Request(asked["method"], asked["path"], claims=claims), envelope)

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
        """Invoke a function (its logical id) and wait for its answer, as a Step Functions task does."""
        found = next(f for f in self.wiring.functions.values() if f.logical_id == function)
        answer = self._run(found, event)
        self._record("task", event, found, answer, answer.payload)
        return answer

    def deliver(self) -> None:
        """Pump until nothing waits anywhere."""
        with self._one_at_a_time:
            for _ in range(_MOST_ROUNDS):
                moved = [self.rules.deliver(), self._asynchronous.deliver(), self._queues.deliver()]
                if not any(moved):
                    return
        raise EndlessRedeliveryError("events that answer each other")

    def dead_letters(self) -> list[DeadLetter]:
        """What lies in the dead-letter queues; it stays there."""
        return letters.peek(self._world)

    def _answer(self, request: api.Request, envelope: Mapping[str, Any] | None) -> api.Response:
        found = api.route_of(self.wiring, request.method, request.path.partition("?")[0])
        if found is None:
            return api.refusal(404, "Not Found")
        route, parameters = found
        claims = api.accepted_claims(self.wiring, route, request.claims)
        if claims is None:
            return api.refusal(401, "Unauthorized")
        event = envelope or api.payload(request, route, parameters, claims)
        function = self.wiring.functions[route.function_arn]
        answer = self._run(function, event)
        failed = api.refusal(500, "Internal Server Error")
        response = failed if answer.error else api.read_answer(answer.payload)
        self._record("http", event, function, answer, response)
        return response

    def _record(
        self, door: str, event: Any, function: Function, answer: Answer, payload: Any
    ) -> None:
        told = (payload, answer.error, 1, answer.log, answer.seconds)
        self.trace.append(Delivery(door, event, function.logical_id, *told))

    def _run(self, function: Function, event: Any) -> Answer:
        with self._one_at_a_time:
            self.calls.caller = function
            try:
                return self._runtime.invoke(function, event)
            finally:
                self.calls.caller = None

    def _observe(
        self, service: str, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        if service == "events":
            self.rules.observe(operation, params, answer)
        elif service == "s3":
            self.objects.observe(operation, params, answer)

    @staticmethod
    def _defaults_for(template: Path, given: Mapping[str, str] | None) -> dict[str, str]:
        declared = template_yaml.read(template).get("Parameters", {})
        return {n: v for n, v in {**DEFAULTS, **(given or {})}.items() if n in declared}

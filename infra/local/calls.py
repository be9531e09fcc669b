"""Every AWS call in this process passes here: one at a time into moto, and no further than the caller's role."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber

from infra.local.api_calls import Need, needs_of
from infra.local.permissions import allows, denies
from infra.local.wiring import Function, Machine, Wiring

Caller = Function | Machine
"""Whose role a call is held against."""

Observer = Callable[[str, str, dict[str, Any], dict[str, Any]], None]
"""Told of each call that succeeded: service, operation, parameters, answer."""


class Calls:
    """What stands between boto3 and moto while a cloud is up.

    Calls are the operator's, who may do anything, unless `made_by` says whose they are; that holds for the threads
    which a handler starts, too. `stand_in_for` answers calls, by service and operation, that moto should not see.
    """

    def __init__(self, wiring: Wiring, observe: Observer) -> None:
        self._wiring = wiring
        self._observe = observe
        self.stand_in_for: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]] = {}
        self._caller: Caller | None = None
        self._pumping = threading.local()
        self.denied: list[tuple[str, Need]] = []

    @contextmanager
    def intercepted(self) -> Iterator[None]:
        """Take the place of botocore's one door for the duration."""
        make_call: Any = vars(BaseClient)["_make_api_call"]
        process: Any = vars(BotocoreStubber)["process_request"]
        lock = threading.RLock()

        def checked(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
            return self._pass(client, operation, params, make_call)

        def serialised(stubber: BotocoreStubber, request: Any) -> Any:
            # moto's conditional writes are not atomic between threads: one request at a time.
            with lock:
                return process(stubber, request)

        with (
            _replaced(BaseClient, "_make_api_call", checked),
            _replaced(BotocoreStubber, "process_request", serialised),
        ):
            yield

    @contextmanager
    def made_by(self, caller: Caller) -> Iterator[None]:
        """Hold the calls of the duration against a caller's role."""
        before, self._caller = self._caller, caller
        try:
            yield
        finally:
            self._caller = before

    @contextmanager
    def of_the_pump(self) -> Iterator[None]:
        """Let this thread's calls of the duration through: they are the pump's, whoever else calls."""
        before = getattr(self._pumping, "now", False)
        self._pumping.now = True
        try:
            yield
        finally:
            self._pumping.now = before

    def _pass(
        self, client: Any, operation: str, params: dict[str, Any], make_call: Callable[..., Any]
    ) -> Any:
        if getattr(self._pumping, "now", False):
            return make_call(client, operation, params)
        service = client.meta.service_model.service_name
        if self._caller is not None:
            for need in needs_of(service, operation, params):
                self._check(self._caller, need, operation)
        if stand_in := self.stand_in_for.get((service, operation)):
            return stand_in(params)
        try:
            answer = make_call(client, operation, params)
        except ClientError as error:
            raise self._as_aws_words_it(service, operation, params, error) from error
        # What an observer asks of AWS in its turn is not the caller's doing.
        with self.of_the_pump():
            self._observe(service, operation, params, answer)
        return answer

    def _check(self, caller: Caller, need: Need, operation: str) -> None:
        context = {
            **need.context,
            "aws:PrincipalArn": caller.role.arn,
            "aws:SecureTransport": "true",
        }
        owner, _, _ = (
            need.resource.partition("/") if ":s3:" in need.resource else (need.resource,) * 3
        )
        guard = self._wiring.resource_policies.get(owner, ())
        granted = allows(caller.role.statements, need.action, need.resource, context)
        if not granted or denies(guard, need.action, need.resource, context):
            self.denied.append((caller.logical_id, need))
            raise _denial(caller, need, operation)

    def _as_aws_words_it(
        self, service: str, operation: str, params: dict[str, Any], error: ClientError
    ) -> ClientError:
        """S3 tells who may not list a bucket that a missing object is forbidden, not that it is missing."""
        missing = error.response["Error"]["Code"] in {"NoSuchKey", "404"}
        if self._caller is None or service != "s3" or not missing:
            return error
        need = Need("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}")
        if allows(self._caller.role.statements, need.action, need.resource, {}):
            return error
        self.denied.append((self._caller.logical_id, need))
        return _denial(self._caller, need, operation)


@contextmanager
def _replaced(owner: type, name: str, stand_in: Callable[..., Any]) -> Iterator[None]:
    original = vars(owner)[name]
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _denial(caller: Caller, need: Need, operation: str) -> ClientError:
    query_protocol = need.action.startswith(("s3:", "sqs:"))
    body: Any = {
        "Code": "AccessDenied" if query_protocol else "AccessDeniedException",
        "Message": f"User: {caller.role.arn} is not authorized to perform: {need.action} on resource: "
        f"{need.resource} because no identity-based policy allows the {need.action} action",
    }
    told: Any = {
        "HTTPStatusCode": 403 if query_protocol else 400,
        "RequestId": "local",
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }
    return ClientError({"Error": body, "ResponseMetadata": told}, operation)

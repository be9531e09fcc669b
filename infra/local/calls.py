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
from infra.local.wiring import Function, Wiring

Observer = Callable[[str, str, dict[str, Any], dict[str, Any]], None]
"""Told of each call that succeeded: service, operation, parameters, answer."""


class Calls:
    """What stands between boto3 and moto while a cloud is up.

    `caller` is the function whose handler runs now (None: the operator, who may do anything).
    """

    def __init__(self, wiring: Wiring, observe: Observer) -> None:
        self._wiring = wiring
        self._observe = observe
        self.caller: Function | None = None
        # What observers ask of AWS is asked by the pump itself, whoever's call they were told of.
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

    def _pass(
        self, client: Any, operation: str, params: dict[str, Any], make_call: Callable[..., Any]
    ) -> Any:
        if getattr(self._pumping, "now", False):
            return make_call(client, operation, params)
        service = client.meta.service_model.service_name
        if self.caller is not None:
            for need in needs_of(service, operation, params):
                self._check(self.caller, need, operation)
        try:
            answer = make_call(client, operation, params)
        except ClientError as error:
            raise self._as_aws_words_it(service, operation, params, error) from error
        self._tell(service, operation, params, answer)
        return answer

    def _tell(self, *call: Any) -> None:
        self._pumping.now = True
        try:
            self._observe(*call)
        finally:
            self._pumping.now = False

    def _check(self, caller: Function, need: Need, operation: str) -> None:
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
        if self.caller is None or service != "s3" or not missing:
            return error
        need = Need("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}")
        if allows(self.caller.role.statements, need.action, need.resource, {}):
            return error
        self.denied.append((self.caller.logical_id, need))
        return _denial(self.caller, need, operation)


@contextmanager
def _replaced(owner: type, name: str, stand_in: Callable[..., Any]) -> Iterator[None]:
    original = vars(owner)[name]
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _denial(caller: Function, need: Need, operation: str) -> ClientError:
    query_protocol = need.action.startswith(("s3:", "sqs:"))
    body = {
        "Code": "AccessDenied" if query_protocol else "AccessDeniedException",
        "Message": f"User: {caller.role.arn} is not authorized to perform: {need.action} on resource: "
        f"{need.resource} because no identity-based policy allows the {need.action} action",
    }
    status = 403 if query_protocol else 400
    return ClientError({"Error": body, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)  # type: ignore[typeddict-item]

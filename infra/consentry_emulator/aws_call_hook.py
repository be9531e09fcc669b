"""Intercepts every AWS call in this process: checks the caller's role, and passes one call at a time to moto."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber

from consentry_emulator.policy_evaluation import allows, denies
from consentry_emulator.required_permissions import RequiredPermission, required_permissions
from consentry_emulator.stack_wiring import Function, Machine, Wiring

Caller = Function | Machine
"""What makes a call; its role must allow the call."""


class _Thread(threading.local):
    is_emulator = False


@dataclass
class AwsCallHook:
    """The layer between boto3 and moto while an emulator runs.

    Calls are an operator's, who may do anything, unless made within `as_caller`, also by threads that a handler
    starts. `on_call` gets the operation, parameters and response of each successful call. `stubs` answer calls that
    moto must not see, by service and operation. `denied` lists all denials.
    """

    wiring: Wiring
    on_call: Callable[[str, dict[str, Any], dict[str, Any]], None]
    stubs: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]] = field(
        default_factory=dict
    )
    denied: list[tuple[str, RequiredPermission]] = field(default_factory=list)
    _caller: Caller | None = None
    _thread: _Thread = field(default_factory=_Thread)

    @contextmanager
    def intercept(self) -> Iterator[None]:
        """Replace the method of botocore that makes all calls, until the block ends."""
        make_call: Any = vars(BaseClient)["_make_api_call"]
        process: Any = vars(BotocoreStubber)["process_request"]
        lock = threading.RLock()

        def checked(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
            return self._intercept_call(client, operation, params, make_call)

        def serialised(stubber: BotocoreStubber, request: Any) -> Any:
            # moto's conditional writes are not atomic between threads.
            with lock:
                return process(stubber, request)

        with (
            patch.object(BaseClient, "_make_api_call", checked),
            patch.object(BotocoreStubber, "process_request", serialised),
        ):
            yield

    def as_caller(self, caller: Caller) -> AbstractContextManager[Any]:
        """Check the calls within the block against the caller's role."""
        return patch.object(self, "_caller", caller)

    def as_emulator(self) -> AbstractContextManager[Any]:
        """Allow all calls of this thread within the block: they are the emulator's."""
        return patch.object(self._thread, "is_emulator", new=True)

    def _intercept_call(
        self, client: Any, operation: str, params: dict[str, Any], make_call: Callable[..., Any]
    ) -> Any:
        if self._thread.is_emulator:
            return make_call(client, operation, params)
        service = client.meta.service_model.service_name
        if self._caller is not None:
            for permission in required_permissions(service, operation, params):
                self._check(self._caller, permission, operation)
        if stub := self.stubs.get((service, operation)):
            return stub(params)
        try:
            response = make_call(client, operation, params)
        except ClientError as error:
            raise self._hide_missing_object(service, operation, params, error) from error
        # The calls of the observer are not the caller's.
        with self.as_emulator():
            self.on_call(operation, params, response)
        return response

    def _check(self, caller: Caller, permission: RequiredPermission, operation: str) -> None:
        context = {
            **permission.context,
            "aws:PrincipalArn": caller.role.arn,
            "aws:SecureTransport": "true",
        }
        resource = permission.resource
        owner = resource.partition("/")[0] if ":s3:" in resource else resource
        resource_policy = self.wiring.resource_policies.get(owner, ())
        granted = allows(caller.role.statements, permission.action, resource, context)
        if not granted or denies(resource_policy, permission.action, resource, context):
            raise self._deny(caller, permission, operation)

    def _hide_missing_object(
        self, service: str, operation: str, params: dict[str, Any], error: ClientError
    ) -> ClientError:
        """For a caller who may not list the bucket, S3 reports a missing object as forbidden."""
        missing = error.response["Error"]["Code"] in {"NoSuchKey", "404"}
        if self._caller is None or service != "s3" or not missing:
            return error
        permission = RequiredPermission("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}")
        if allows(self._caller.role.statements, permission.action, permission.resource, {}):
            return error
        return self._deny(self._caller, permission, operation)

    def _deny(self, caller: Caller, permission: RequiredPermission, operation: str) -> ClientError:
        """Log a denial; returns the error of the call."""
        self.denied.append((caller.logical_id, permission))
        query_protocol = permission.action.startswith(("s3:", "sqs:"))
        response: Any = {
            "Error": {
                "Code": "AccessDenied" if query_protocol else "AccessDeniedException",
                "Message": f"User: {caller.role.arn} is not authorized to perform: {permission.action} on resource: "
                f"{permission.resource} because no identity-based policy allows the {permission.action} action",
            },
            "ResponseMetadata": {
                "HTTPStatusCode": 403 if query_protocol else 400,
                "RequestId": "local",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        }
        return ClientError(response, operation)

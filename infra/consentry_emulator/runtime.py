"""Runs a handler as Lambda does: its own environment, JSON in and out, errors and logs in the result."""

import importlib
import json
import os
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from consentry_emulator.errors import EmulatorError, NotBuiltError
from consentry_emulator.process_isolation import DUMMY_ACCOUNT, captured_logs, isolated_imports
from consentry_emulator.resources import ACCOUNT_ID
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import Function

Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class FunctionError:
    """What a handler raised, as Lambda reports it to the caller."""

    type: str
    message: str
    trace: str


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """One invocation: what it returned or raised, what it logged, how long it took."""

    request_id: str
    payload: Any
    error: FunctionError | None
    log: str
    seconds: float


Invoke = Callable[[Function, Any], InvocationResult]


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object of one invocation."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    log_group_name: str
    deadline: float
    log_stream_name: str = "local"
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None
    tenant_id: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would stop the function (the emulator does not)."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass(frozen=True, slots=True)
class Runtime:
    """All functions in this process. Each handler gets its own copies of the modules to isolate.

    `opt` is the directory used as /opt: `opt/terms` for /opt/terms. `isolate`: see `isolated_imports`.
    """

    opt: Path | None
    isolate: tuple[str, ...]
    _handlers: dict[str, Handler] = field(default_factory=dict)

    def invoke(self, function: Function, event: Any) -> InvocationResult:
        """Run the handler on the event. The result holds the exception, if it raised one."""
        request_id, payload, error = str(uuid.uuid4()), None, None
        sent = json.loads(json.dumps(event))
        started = time.monotonic()
        context = LambdaContext(
            function.name,
            function.arn,
            function.memory_mb,
            request_id,
            f"/aws/lambda/{function.name}",
            started + function.timeout_seconds,
        )
        environment = patch.dict(os.environ, self._environment(function), clear=True)
        with environment, captured_logs() as log:
            try:
                payload = json.loads(json.dumps(self._handler(function)(sent, context)))
            except EmulatorError:
                raise
            except Exception as raised:  # noqa: BLE001  # the Lambda runtime reports any exception
                error = FunctionError(type(raised).__name__, str(raised), traceback.format_exc())
        return InvocationResult(
            request_id, payload, error, log.getvalue(), time.monotonic() - started
        )

    def _handler(self, function: Function) -> Handler:
        if function.arn not in self._handlers:
            module, _, name = function.handler.rpartition(".")
            with isolated_imports(self.isolate):
                self._handlers[function.arn] = getattr(importlib.import_module(module), name)
        return self._handlers[function.arn]

    def _environment(self, function: Function) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **{name: self._mounted(value) for name, value in function.environment.items()},
            **DUMMY_ACCOUNT,
            "AWS_SESSION_TOKEN": "local",
            "AWS_ACCOUNT_ID": ACCOUNT_ID,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "_HANDLER": function.handler,
            "TZ": ":UTC",
        }

    def _mounted(self, value: str) -> str:
        if not value.startswith("/opt/"):
            return value
        path = self.opt / value.removeprefix("/opt/") if self.opt else None
        if path is None or not path.exists():
            raise NotBuiltError(path or value)
        return str(path)

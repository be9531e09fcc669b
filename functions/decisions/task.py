"""Step Functions: a task that returns a decision, or raises so that the state machine fails closed."""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from consentry.audit.open import AuditDependencies
from consentry.decisions.response import DecisionResponse
from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.requests import DataUseRequest
from functions.adapters.observability import logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time
from functions.decisions.decide_request import decide_and_report

RESPONSE_CODEC = TypeAdapter(DecisionResponse)


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decide the request in the task's input; its `request_id` may be the name of the execution."""
    deps = AuditDependencies.open(os.environ)
    caller = Caller.allowed(
        trigger_identity("task"), deps.settings.task_customers, {Permission.DECIDE}
    )
    answer = decide_and_report(DataUseRequest.read(event), caller, deps)
    document: dict[str, Any] = RESPONSE_CODEC.dump_python(answer, mode="json")
    return document

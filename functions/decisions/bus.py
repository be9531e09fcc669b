"""EventBridge: decides a DataUseRequested event, and publishes a DataUseDecided event on the same bus."""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.audit.open import AuditDependencies
from consentry.decisions.eventbridge import publish_decision
from functions.adapters.eventbridge import read_event, source_caller
from functions.adapters.observability import logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time
from functions.decisions.decide_request import decide_and_report, read_request


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decide one event. The event's id is the default request id, so a redelivery gets the same decision."""
    deps = AuditDependencies.open(os.environ)
    requested = read_event(event, "DataUseRequested")
    caller = source_caller(requested.source, deps.settings.bus_callers)
    request = read_request(requested.detail, event_id=requested.id)
    answer = decide_and_report(request, caller, deps)
    # A crash here loses nothing: Lambda retries the event, and the retry finds the decision in the log.
    publish_decision(deps.settings.event_bus, answer, request.request_id, requested.id)
    return {"decision_id": answer.decision_id, "outcome": answer.outcome}

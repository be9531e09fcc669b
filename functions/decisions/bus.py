"""EventBridge: a DataUseRequested event, answered by a DataUseDecided event on the same bus."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.decisions.eventbridge import publish_decision
from consentry.decisions.response import decision_response
from functions.adapters.eventbridge import read_event, source_caller
from functions.adapters.observability import log_failures
from functions.decisions.decide_request import decide_and_log, read_request

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an event; its id is the request's, so that a repeat gets the same decision."""
    with log_failures(logger):
        asked = read_event(event, "DataUseRequested")
        caller = source_caller(asked.source, os.environ["BUS_CALLERS"])
        request = read_request(asked.detail, event_id=asked.id)
        decision = decide_and_log(request, caller, logger)
        # A crash here loses nothing: the event comes again and finds the decision in the log.
        publish_decision(
            os.environ["EVENT_BUS"], decision_response(decision), request.request_id, asked.id
        )
    return {"decision_id": decision.decision_id, "outcome": decision.outcome}

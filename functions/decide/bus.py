"""EventBridge: a DataUseRequested event, answered by a DataUseDecided event on the same bus."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.decisions.eventbridge import publish_decision
from consentry.decisions.response import decision_response
from functions.decide.deciding import decide_for, read_request
from functions.events import read_event, source_caller
from functions.telling import failures_told

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an event; its id is the request's, so that a repeat gets the same decision."""
    with failures_told(logger):
        asked = read_event(event, "DataUseRequested")
        caller = source_caller(asked.source, os.environ["BUS_CALLERS"])
        request = read_request(asked.detail, event_id=asked.id)
        decision = decide_for(request, caller, logger)
        # A crash here loses nothing: the event comes again and finds the decision in the log.
        publish_decision(
            os.environ["EVENT_BUS"], decision_response(decision), request.request_id, asked.id
        )
    return {"decision_id": decision.decision_id, "outcome": decision.outcome}

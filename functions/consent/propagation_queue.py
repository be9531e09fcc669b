"""The queue of withdrawals: each is carried to every data set that holds its party, or ends in the dead letters."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import load_object
from consentry.propagation.messages import read_stream_record
from functions.adapters.observability import log_failures
from functions.consent.propagate_event import propagate_event, report_propagation

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """The door: one message. What raises comes again later, and goes on where it stopped."""
    with log_failures(logger):
        consent_event = read_stream_record(load_object(_body(event)))
        status = propagate_event(consent_event, os.environ) if consent_event else None
        if status:
            report_propagation(status, logger)


def _body(event: Any) -> str:
    try:
        (record,) = event["Records"]
        body: str = record["body"]
    except (KeyError, TypeError, ValueError):
        raise InvalidRequestError("Records", "is not one message of SQS") from None
    return body

"""The queue of withdrawals: each is carried to every data set that holds its party, or ends in the dead letters."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import load_object
from functions.consent.carrying import carry, tell_reached
from functions.consent.travelling import read_act
from functions.telling import failures_told

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """The door: one message. What raises comes again later, and goes on where it stopped."""
    with failures_told(logger):
        consent_event = read_act(load_object(_body(event)))
        reached = carry(consent_event, os.environ) if consent_event else None
        if reached:
            tell_reached(reached, logger)


def _body(event: Any) -> str:
    try:
        (record,) = event["Records"]
        body: str = record["body"]
    except (KeyError, TypeError, ValueError):
        raise InvalidRequestError("Records", "is not one message of SQS") from None
    return body

"""SQS: each message is a data-use request; what cannot be answered stays, and ends in the dead letters."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import load_object
from functions.adapters.observability import log_failures
from functions.decisions.decide_request import decide_and_log, read_request

logger = Logger(service="consentry")
processor = batch.BatchProcessor(batch.EventType.SQS, raise_on_entire_batch_failure=False)


def decide_message(record: SQSRecord) -> None:
    """Decide one message; its answer is in the decision log."""
    # Whoever may write to this queue may ask for these customers: the queue's policy says who.
    caller = Caller.allowed("queue", os.environ["QUEUE_CUSTOMERS"])
    with log_failures(logger):
        request = read_request(load_object(record.body), event_id=record.message_id)
        decide_and_log(request, caller, logger)


def is_message(record: Any) -> bool:
    """Whether a record is a message of SQS, with an id by which it can be said to have failed."""
    ours = isinstance(record, dict) and record.get("eventSource") == "aws:sqs"
    return ours and isinstance(record.get("messageId"), str)


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """The door: a batch of messages; answers the ids of those that failed."""
    with log_failures(logger):
        records = event.get("Records") if isinstance(event, dict) else None
        # Never told as handled: then the whole batch comes again, and ends in the dead letters.
        if not (isinstance(records, list) and records and all(map(is_message, records))):
            raise InvalidRequestError("Records", "is not a batch of SQS messages")
    return batch.process_partial_response(event, decide_message, processor, context)

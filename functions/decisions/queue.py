"""SQS: each message is a data-use request. A message that fails is retried, then goes to the dead-letter queue."""

import os
from typing import Any

from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.audit.open import AuditDependencies
from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import load_object
from functions.adapters.observability import logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time
from functions.decisions.decide_request import decide_and_report, read_request

processor = batch.BatchProcessor(batch.EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Decide a batch of messages; returns the ids of those that failed."""
    records = event.get("Records") if isinstance(event, dict) else None
    # A failed id cannot be reported for these, so the whole batch must fail and be retried.
    if not (isinstance(records, list) and records and all(map(is_message, records))):
        raise InvalidRequestError("Records", "is not a batch of SQS messages")
    return batch.process_partial_response(event, decide_message, processor, context)


@logged_failures()
def decide_message(record: SQSRecord) -> None:
    """Decide one message; its decision is in the decision log."""
    deps = AuditDependencies.open(os.environ)
    # The queue's policy decides who may send messages, so one setting lists the customers of all senders.
    caller = Caller.allowed(
        trigger_identity("queue"), deps.settings.queue_customers, {Permission.DECIDE}
    )
    body = record.get("body")
    if not isinstance(body, str):
        raise InvalidRequestError("body", "is no text")
    request = read_request(load_object(body), event_id=record.message_id)
    decide_and_report(request, caller, deps)


def is_message(record: Any) -> bool:
    """Whether a record is an SQS message with an id, so that its failure can be reported."""
    from_sqs = isinstance(record, dict) and record.get("eventSource") == "aws:sqs"
    return from_sqs and isinstance(record.get("messageId"), str)

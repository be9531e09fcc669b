"""DynamoDB: forwards what the consent table's stream must propagate to the propagation queue."""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws import clients
from consentry.aws.settings import Settings
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.messages import to_message
from consentry.propagation.sqs import SqsWithdrawalQueue
from functions.adapters.observability import logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Forward a batch of stream records. If this raises, Lambda retries the whole batch for up to a day.

    Nothing is propagated here: one record that fails would block all later records of its shard. An unreadable
    record is forwarded as it is, and ends in the dead-letter queue.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        raise InvalidRequestError("Records", "is not a batch of stream records")
    messages = [body for record in records if (body := to_message(record)) is not None]
    if messages:
        # Only the queue is opened: forwarding must not wait for the terms to be readable.
        queue = SqsWithdrawalQueue(Settings.read(os.environ).propagation_queue, clients.sqs)
        queue.send(messages)
    logger.info("forwarded", extra={"records": len(records), "messages": len(messages)})

"""ConsentTable's stream: what must reach data sets is put into the queue of withdrawals, poison whole."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws import clients
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.messages import to_message
from consentry.propagation.sqs import SqsWithdrawalQueue
from functions.adapters.observability import log_failures

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """The door: a batch of records. What raises comes again whole, until the stream lets go of it after a day.

    Nothing is carried here: one record that cannot be would hold up all that follow it in its shard.
    """
    with log_failures(logger):
        records = event.get("Records") if isinstance(event, dict) else None
        if not isinstance(records, list):
            raise InvalidRequestError("Records", "is not a batch of a table's stream")
        messages = [body for record in records if (body := to_message(record)) is not None]
        if messages:
            queue = SqsWithdrawalQueue(os.environ["PROPAGATION_QUEUE"], clients.sqs)
            queue.send(messages)
        logger.info("forwarded", extra={"records": len(records), "withdrawals": len(messages)})

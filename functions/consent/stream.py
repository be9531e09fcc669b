"""ConsentTable's stream: refusals and withdrawals are carried to every data set that holds their party."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.domain.errors import MalformedError
from functions.consent.carrying import carry, read_act
from functions.telling import failures_told

logger = Logger(service="consentry")
processor = batch.BatchProcessor(
    batch.EventType.DynamoDBStreams, raise_on_entire_batch_failure=False
)


def carry_on(record: DynamoDBRecord) -> None:
    """One record; what fails comes again with all that follow it, which changes nothing where it was done."""
    with failures_told(logger):
        act = read_act(record.raw_event)
        if act:
            carry(act, logger, os.environ)


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """The door: a batch of records; answers the sequence numbers of those that failed."""
    with failures_told(logger):
        records = event.get("Records") if isinstance(event, dict) else None
        # Never told as handled: then the whole batch comes again, and ends in the dead letters.
        if not (isinstance(records, list) and records and all(map(is_record, records))):
            raise MalformedError("Records", "is not a batch of a table's stream")
    return batch.process_partial_response(event, carry_on, processor, context)


def is_record(record: Any) -> bool:
    """Whether a record is of a stream, with a sequence number by which it can be said to have failed."""
    changed = record.get("dynamodb") if isinstance(record, dict) else None
    return isinstance(changed, dict) and isinstance(changed.get("SequenceNumber"), str)

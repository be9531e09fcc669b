"""SQS: propagates one withdrawal or assignment to every data set that it affects."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import load_object
from consentry.propagation.messages import read_stream_record
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_assignment import propagate_assignment
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import ERASURE, PropagationStatus
from consentry.terms.assignment import StoredAssignment
from functions.adapters.observability import logged_failures, logger, record_duration
from functions.adapters.remaining_time import limited_by_remaining_time


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Propagate one message. If this raises, SQS redelivers the message, and the work resumes where it stopped."""
    record = read_stream_record(load_object(_body(event)))
    if record is None:
        return
    deps, clock = PropagationDependencies.open(os.environ), partial(datetime.now, UTC)
    if isinstance(record, StoredAssignment):
        status = propagate_assignment(record, clock=clock, deps=deps)
    else:
        status = propagate_withdrawal(record, clock=clock, deps=deps)
    if status:
        log_propagation(status)


def log_propagation(status: PropagationStatus) -> None:
    """Log a completed propagation, and record its duration (not for an erasure: only its day is stored)."""
    logger.info("propagated", extra={"data_sets": len(status.data_sets)})
    is_erasure = status.withdrawal_id.endswith(f"~{ERASURE}")
    if status.data_sets and status.completed_at and not is_erasure:
        seconds = (status.completed_at - status.withdrawn_at).total_seconds()
        record_duration("Propagation.Seconds", seconds)


def _body(event: Any) -> str:
    try:
        (record,) = event["Records"]
        body = record["body"]
    except (KeyError, TypeError, ValueError):
        raise InvalidRequestError("Records", "is not one SQS message") from None
    if not isinstance(body, str):
        raise InvalidRequestError("body", "is no text")
    return body

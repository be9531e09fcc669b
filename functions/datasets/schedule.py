"""EventBridge: a daily schedule finds the data sets that became outdated only by time."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_lapses import propagate_lapses
from functions.adapters.observability import logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Mark and publish them. If this raises, Lambda retries; what is marked is not published again."""
    if not isinstance(event, dict) or event.get("detail-type") != "Scheduled Event":
        raise InvalidRequestError("detail-type", "must be Scheduled Event")
    deps = PropagationDependencies.open(os.environ)
    marked = propagate_lapses(clock=partial(datetime.now, UTC), deps=deps)
    logger.info("lapses propagated", extra={"data_sets": marked})
    return {"data_sets": marked}

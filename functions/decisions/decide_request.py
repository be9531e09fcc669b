"""What the doors of deciding share: one request, read strictly, decided with the environment's stores."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from consentry.audit.open import AuditDependencies
from consentry.decisions.decide import decide_use
from consentry.decisions.decision import Decision
from consentry.kernel.authorization import Caller
from consentry.kernel.requests import DataUseRequest
from functions.adapters.observability import log_decision


def decide_and_log(request: DataUseRequest, caller: Caller, logger: Logger) -> Decision:
    """The decision on a request of this caller, committed, logged and counted."""
    decision = decide_use(
        request,
        caller=caller,
        at=datetime.now(UTC),
        deps=AuditDependencies.open(os.environ),
    )
    log_decision(decision, logger)
    return decision


def read_request(document: Mapping[str, Any], *, event_id: str) -> DataUseRequest:
    """A request as an event carries it; the event's own id is its request id where it names none."""
    return DataUseRequest.read({"request_id": event_id, **document})

"""Decides a data-use request for any trigger, and reports the decision to CloudWatch."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from consentry.audit.open import AuditDependencies
from consentry.decisions.decide import decide_use
from consentry.decisions.response import DecisionResponse, decision_response
from consentry.kernel.authorization import Caller
from consentry.kernel.requests import DataUseRequest
from functions.adapters.observability import log_decision


def decide_and_report(
    request: DataUseRequest, caller: Caller, deps: AuditDependencies
) -> DecisionResponse:
    """The answer to a request of this caller: a decision that is stored, then reported to CloudWatch."""
    now = datetime.now(UTC)
    decision = decide_use(request, caller=caller, at=now, deps=deps)
    log_decision(decision)
    return decision_response(decision, at=now)


def read_request(document: Mapping[str, Any], *, event_id: str) -> DataUseRequest:
    """The request in an event. If it has no `request_id`, the event's id is its id."""
    return DataUseRequest.read({"request_id": event_id, **document})

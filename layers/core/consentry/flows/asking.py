"""What every asking has: an id that can have one decision, and perhaps that decision already."""

from consentry.domain.callers import Caller
from consentry.domain.decision import Asked
from consentry.domain.errors import ConflictingIdError
from consentry.domain.log_row import LogRow
from consentry.domain.naming import CustomerKey, decision_id
from consentry.domain.requests import DataUse


def asked_of(request: DataUse, caller: Caller, key: CustomerKey) -> Asked:
    """One asking, as the log names it."""
    return Asked(
        decision_id=decision_id(request.customer, request.request_id),
        customer=request.customer,
        request_digest=key.digest(request.model_dump_json().encode("utf-8")),
        declared_by=key.pseudonym(request.declared_by),
        asked_by=key.pseudonym(caller.identity),
    )


def earlier_on[Row: LogRow](asked: Asked, found: LogRow | None, kind: type[Row]) -> Row | None:
    """The decision found under this id, if there is one; ConflictingIdError if it is on another body or kind."""
    if found is None:
        return None
    if found.asked.request_digest != asked.request_digest or not isinstance(found, kind):
        raise ConflictingIdError("request_id")
    return found

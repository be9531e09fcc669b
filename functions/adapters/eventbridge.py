"""EventBridge events: the envelope, read strictly, and the caller behind an event source."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from consentry.kernel import strict_json
from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.errors import InvalidRequestError, UnknownCallerError
from consentry.kernel.schema import Id, StrictModel


class AwsDocument(StrictModel, extra="ignore"):
    """A document of AWS; fields that AWS adds are ignored."""


class EventEnvelope(AwsDocument):
    """An EventBridge event."""

    version: Literal["0"]
    id: Id
    source: str
    detail_type: str = Field(alias="detail-type")
    detail: dict[str, Any]


def read_event(event: Any, detail_type: str) -> EventEnvelope:
    """The envelope of an event of this type; InvalidRequestError for any other event."""
    envelope = EventEnvelope.read(event)
    if envelope.detail_type != detail_type:
        raise InvalidRequestError("detail-type", f"is not {detail_type}")
    return envelope


def source_caller(source: str, callers: str) -> Caller:
    """The caller behind an event source, who may only decide; `callers` is a JSON object of sources to customers.

    A principal that may put events on the bus may use any source, unless the bus policy ties sources to
    principals (SECURITY.md). UnknownCallerError for a source that is not listed.
    """
    known: Mapping[str, str] = strict_json.load_object(callers)
    if source not in known:
        raise UnknownCallerError
    return Caller.allowed(trigger_identity(f"bus:{source}"), known[source], {Permission.DECIDE})

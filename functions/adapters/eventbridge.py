"""What the doors on EventBridge share: the envelope, read strictly, and whom a source may name."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from consentry.kernel import strict_json
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import InvalidRequestError, UnknownCallerError
from consentry.kernel.schema import Id, StrictModel


class EventEnvelope(StrictModel):
    """An EventBridge event; AWS's further fields are let be."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    version: Literal["0"]
    id: Id
    source: str
    detail_type: str = Field(alias="detail-type")
    detail: dict[str, Any]


def read_event(event: Any, detail_type: str) -> EventEnvelope:
    """The envelope of an event of this type; InvalidRequestError for any other."""
    envelope = EventEnvelope.read(event)
    if envelope.detail_type != detail_type:
        raise InvalidRequestError("detail-type", f"is not {detail_type}")
    return envelope


def source_caller(source: str, callers: str) -> Caller:
    """The caller behind an event source; `callers` is JSON of sources to customers.

    Whoever may put events on the bus may claim any of them, unless its policy ties sources to principals
    (SECURITY.md). UnknownCallerError for a source not listed.
    """
    known: Mapping[str, str] = strict_json.load_object(callers)
    if source not in known:
        raise UnknownCallerError
    return Caller.allowed(source, known[source])

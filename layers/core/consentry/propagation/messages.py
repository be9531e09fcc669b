"""Messages of the propagation queue: records of the consent table's stream, written and read here."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.propagation import erasure_event, propagates
from consentry.terms.assignment import StoredAssignment
from consentry.terms.dynamodb import read_history_entry

MAX_UNREADABLE_BYTES = 20_000
"""No consent event is longer, and ten such messages fit into one SQS call."""

_ATTRIBUTES = ("record", "closed", "assignment")


def to_message(record: Any) -> str | None:
    """The message for a stream record; None for a record that does not have to propagate.

    An unreadable record becomes a message as it is, and ends in the dead-letter queue. If it is too
    long, the message has only its position in the stream and its key.
    """
    try:
        consent_event = read_stream_record(record)
    except InvalidRequestError:
        text = json.dumps(record)
        return text if len(text) <= MAX_UNREADABLE_BYTES else json.dumps(_position(record))
    if consent_event is None:
        return None
    if isinstance(consent_event, StoredConsentEvent) and not propagates(consent_event):
        return None
    return json.dumps(_without_other_attributes(record))


def read_stream_record(record: Any) -> StoredConsentEvent | StoredAssignment | None:
    """The consent event of a stream record (an erasure as a withdrawal), or its assignment.

    None for any other item.

    InvalidRequestError if the record is not readable.
    """
    try:
        change = record["dynamodb"]
        sk, image = change["Keys"]["sk"]["S"], change.get("NewImage", {})
        if sk == "state" and "closed" in image:
            customer, _, party = change["Keys"]["pk"]["S"].partition("#")
            at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
            return erasure_event(customer, party, at)
        if record["eventName"] == "INSERT" and sk.startswith("consent_event#"):
            return StoredConsentEvent.model_validate_json(image["record"]["S"])
        if record["eventName"] == "INSERT" and sk.startswith("assignment#"):
            pk, text = change["Keys"]["pk"]["S"], image["assignment"]["S"]
            return read_history_entry(pk, sk, text)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, ValidationError):
        # `from None`: the text of a validation error can repeat the consent event.
        raise InvalidRequestError("dynamodb", "is not a consent event or an assignment") from None
    return None


def _position(record: Any) -> dict[str, Any]:
    """The position and the key of a record, as far as they are readable."""
    change = record.get("dynamodb") if isinstance(record, dict) else None
    readable = change if isinstance(change, dict) else {}
    position = {name: readable.get(name) for name in ("SequenceNumber", "Keys")}
    return {"eventName": "TOO_LONG", "dynamodb": position}


def _without_other_attributes(record: Any) -> dict[str, Any]:
    change, image = record["dynamodb"], record["dynamodb"]["NewImage"]
    carried = {
        name: change[name] for name in ("ApproximateCreationDateTime", "Keys") if name in change
    }
    carried["NewImage"] = {name: image[name] for name in _ATTRIBUTES if name in image}
    return {"eventName": record.get("eventName"), "dynamodb": carried}

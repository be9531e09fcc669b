"""What travels from the consent table's stream through a queue to data sets: written here, and read strictly."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.propagation import erasure_event, propagates

MAX_UNREADABLE_BYTES = 20_000
"""Bytes of what cannot be read: ten of them fit into one call. No act of ours is as long."""

IMAGE_ATTRIBUTES = ("record", "closed")
"""What of an item's image says what happened; nothing else of it is put into a message."""


def to_message(record: Any) -> str | None:
    """The message that a stream record becomes; None for what need not reach a data set.

    What cannot be read becomes one as it is, and ends in the dead letters; what is too long, by its place alone.
    """
    try:
        consent_event = read_stream_record(record)
    except InvalidRequestError:
        whole = json.dumps(record)
        return whole if len(whole) <= MAX_UNREADABLE_BYTES else json.dumps(_place_of(record))
    return json.dumps(_slim(record)) if consent_event and propagates(consent_event) else None


def read_stream_record(record: Any) -> StoredConsentEvent | None:
    """The act that a stream record tells of, an erasure as a withdrawal; None for a record of anything else.

    InvalidRequestError if it is broken.
    """
    try:
        changed = record["dynamodb"]
        sk, image = changed["Keys"]["sk"]["S"], changed.get("NewImage", {})
        if sk == "state" and "closed" in image:
            customer, _, party = changed["Keys"]["pk"]["S"].partition("#")
            at = datetime.fromtimestamp(changed["ApproximateCreationDateTime"], UTC)
            return erasure_event(customer, party, at)
        if record["eventName"] == "INSERT" and sk.startswith("consent_event#"):
            return StoredConsentEvent.model_validate_json(image["record"]["S"])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, ValidationError):
        # `from None`: a validator's text can repeat what is kept of the act.
        raise InvalidRequestError("dynamodb", "holds what is no act of ours") from None
    return None


def _place_of(record: Any) -> dict[str, Any]:
    """Where in the stream, and in the table, a record is; as much of it as can be read."""
    changed = record.get("dynamodb") if isinstance(record, dict) else None
    places = changed if isinstance(changed, dict) else {}
    named = {name: places.get(name) for name in ("SequenceNumber", "Keys")}
    return {"eventName": "TOO_LONG", "dynamodb": named}


def _slim(record: Any) -> dict[str, Any]:
    changed = record["dynamodb"]
    image = {
        name: changed["NewImage"][name] for name in IMAGE_ATTRIBUTES if name in changed["NewImage"]
    }
    kept = {name: changed[name] for name in ("ApproximateCreationDateTime", "Keys")}
    return {"eventName": record["eventName"], "dynamodb": kept | {"NewImage": image}}

"""A naive status of one use and category, computed event by event, without consent effective."""

from datetime import datetime
from typing import NamedTuple

from consentry.consent.consent_event import Signature
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.builders.dependencies import NOW
from tests.testkit.meeting_words import DataCategory
from tests.testkit.strategies import EventWithForm


class EffectiveEvent(NamedTuple):
    """The event that decides the status, and how."""

    consent_event_id: str
    kind: str
    signed: bool = False
    until: datetime | None = None


def effective_event(
    events: list[EventWithForm], use: Use, leaf: DataCategory
) -> EffectiveEvent | None:
    """The event that decides the status after these events."""
    if not events:
        return None
    *before, (event, form) = events
    earlier = effective_event(before, use, leaf)
    if earlier and earlier.kind == "grant" and earlier.consent_event_id == event.corrects:
        earlier = EffectiveEvent(event.consent_event_id, "withdrawal")
    nodes = [leaf] if event.data == "all" else event.data
    named = any(leaf == node or leaf.startswith(f"{node}.") for node in nodes)
    if not named or (event.uses != "all" and use not in event.uses):
        return earlier
    signed = form is not None and event.signature is not Signature.NONE
    if event.kind == "grant" and not signed and earlier:
        ended = earlier.until is not None and earlier.until <= NOW
        if earlier.kind != "grant" or (earlier.signed and not ended):
            return earlier
    return EffectiveEvent(event.consent_event_id, event.kind, signed, event.until)


def replay(
    events: list[EventWithForm], use: Use, leaf: DataCategory, at: datetime
) -> ConsentStatus:
    """The consent status after these events."""
    effective = effective_event(events, use, leaf)
    if effective is None:
        return ConsentStatus.NEVER_ASKED
    if effective.kind != "grant":
        return {"refusal": ConsentStatus.REFUSED, "withdrawal": ConsentStatus.WITHDRAWN}[
            effective.kind
        ]
    if effective.until and effective.until <= at:
        return ConsentStatus.EXPIRED
    return ConsentStatus.GRANTED if effective.signed else ConsentStatus.DEEMED

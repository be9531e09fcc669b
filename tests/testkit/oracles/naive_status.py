"""What acts come to, as told act by act for one use of one category; written without looking at effects."""

from datetime import datetime
from typing import NamedTuple

from consentry.consent.consent_event import Signature
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, DataCategory
from tests.testkit.builders.dependencies import NOW
from tests.testkit.strategies import EventWithForm


class EffectiveEvent(NamedTuple):
    """Which act rules a cell, and as what."""

    consent_event_id: str
    kind: str
    signed: bool = False
    until: datetime | None = None


def effective_event(
    done: list[EventWithForm], use: Use, leaf: DataCategory
) -> EffectiveEvent | None:
    """The act that rules a cell after these."""
    if not done:
        return None
    *before, (said, form) = done
    was = effective_event(before, use, leaf)
    if was and was.kind == "grant" and was.consent_event_id == said.corrects:
        was = EffectiveEvent(said.consent_event_id, "withdrawal")
    nodes = [leaf] if said.data == "all" else said.data
    named = any(leaf == node or leaf.startswith(f"{node}.") for node in nodes)
    if not named or (said.uses != "all" and use not in said.uses):
        return was
    signed = form is not None and said.signature is not Signature.NONE
    if said.kind == "grant" and not signed and was:
        ended = was.until is not None and was.until <= NOW
        if was.kind != "grant" or (was.signed and not ended):
            return was
    return EffectiveEvent(said.consent_event_id, said.kind, signed, said.until)


def replay(done: list[EventWithForm], use: Use, leaf: DataCategory, at: datetime) -> ConsentStatus:
    """What the act that rules the cell says."""
    rules = effective_event(done, use, leaf)
    if rules is None:
        return ConsentStatus.NEVER_ASKED
    if rules.kind != "grant":
        return {"refusal": ConsentStatus.REFUSED, "withdrawal": ConsentStatus.WITHDRAWN}[rules.kind]
    if rules.until and rules.until <= at:
        return ConsentStatus.EXPIRED
    return ConsentStatus.GRANTED if rules.signed else ConsentStatus.DEEMED

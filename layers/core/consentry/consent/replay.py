"""A party's acts replayed: what its state was at a moment, from the records alone."""

from collections.abc import Sequence
from datetime import datetime

from consentry.consent.status import PartyState, after
from consentry.consent.stored_event import StoredConsentEvent


def events_until(
    records: tuple[StoredConsentEvent, ...], at: datetime
) -> tuple[StoredConsentEvent, ...]:
    """The acts, oldest first, up to the last one that was recorded at the moment or before.

    Order is by version, not by clock: where clocks disagree, an act is there as soon as one that followed it is,
    so that what is shown is a state that the party was in.
    """
    count = max((place for place, record in enumerate(records, 1) if record.at <= at), default=0)
    return records[:count]


def replay(records: Sequence[StoredConsentEvent]) -> PartyState:
    """The state that the acts, oldest first, come to: the one that was stored with the last of them."""
    state = PartyState(records[0].version - 1 if records else 0)
    for record in records:
        state = after(state, record.rule)
    return state

"""A receipt of an act of consent: the act as it is kept, the form it was done on, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consentry.consent.forms import Form
from consentry.consent.history import (
    HistoryEntry,
    InvalidatedBefore,
    OutcomeHistory,
    build_outcome_history,
)
from consentry.consent.stored_event import StoredConsentEvent


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt tells, as document or page. Nobody is in it but by the random name."""

    record: StoredConsentEvent
    form: Form | None
    outcome_history: OutcomeHistory
    corrected_by: tuple[StoredConsentEvent, ...] = ()
    """The acts that name this one as what they correct."""

    @property
    def events(self) -> tuple[HistoryEntry, ...]:
        """All that happened: what the act did first, then what followed, in time."""
        own = dict.fromkeys(chain[0] for chain in self.outcome_history)
        later = dict.fromkeys(event for chain in self.outcome_history for event in chain[1:])
        return (*own, *sorted(later, key=lambda event: event.at))


def build_receipt(
    record: StoredConsentEvent,
    consent_events: Sequence[StoredConsentEvent],
    form: Form | None,
    *,
    at: datetime,
    invalidated_before: InvalidatedBefore,
) -> Receipt:
    """The receipt of one of a party's acts as of a moment; `acts` are all until then, oldest first."""
    outcome_history = build_outcome_history(
        record, consent_events, at=at, invalidated_before=invalidated_before
    )
    corrections = tuple(
        each
        for each in consent_events
        if each.consent_event.corrects == record.consent_event.consent_event_id
    )
    return Receipt(record, form, outcome_history, corrections)


def receipt_path(record: StoredConsentEvent) -> str:
    """The path of the receipt in the API. It contains no id of a person."""
    event = record.consent_event
    return f"/customers/{event.customer}/receipts/{record.party}/{event.consent_event_id}"

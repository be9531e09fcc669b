"""A receipt: a stored consent event, its form, and what happened to the consent since."""

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
    """The content of a receipt, for a document or a page. A person appears only by pseudonym."""

    record: StoredConsentEvent
    form: Form | None
    outcome_history: OutcomeHistory
    corrected_by: tuple[StoredConsentEvent, ...] = ()
    """The later consent events that correct this one."""

    @property
    def events(self) -> tuple[HistoryEntry, ...]:
        """Everything that happened: first the outcomes of this event, then the later ones, by time."""
        own = dict.fromkeys(chain[0] for chain in self.outcome_history)
        later = dict.fromkeys(entry for chain in self.outcome_history for entry in chain[1:])
        return (*own, *sorted(later, key=lambda entry: entry.at))


def build_receipt(
    record: StoredConsentEvent,
    consent_events: Sequence[StoredConsentEvent],
    form: Form | None,
    *,
    at: datetime,
    invalidated_before: InvalidatedBefore,
) -> Receipt:
    """The receipt of a consent event at a moment; `consent_events`: all of the party until then, oldest first."""
    history = build_outcome_history(
        record, consent_events, at=at, invalidated_before=invalidated_before
    )
    event_id = record.consent_event.consent_event_id
    corrections = (each for each in consent_events if each.consent_event.corrects == event_id)
    return Receipt(record, form, history, tuple(corrections))


def receipt_path(record: StoredConsentEvent) -> str:
    """The path of the receipt in the API. It contains no id of a person."""
    event = record.consent_event
    return f"/customers/{event.customer}/receipts/{record.party}/{event.consent_event_id}"

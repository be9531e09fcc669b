"""Receipts of consent events without a store; the events are one hour apart."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.history import replay
from consentry.consent.stored_event import StoredConsentEvent, build_stored_event
from consentry.receipts.document import document_of
from consentry.receipts.receipt import Receipt, build_receipt
from tests.testkit.builders.dependencies import ACME, FORM, FORM_SHA256, NOW, consent_event
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=30)
KEY = FixedPseudonymRepository().key_of(ACME)
NAME = "a" * 26
SIGNED = {"form_id": FORM_SHA256, "signature": "click"}

GRANT = consent_event("g", "grant", person="ann", **SIGNED)
SHOWN = consent_event("g", "grant", person="ann", form_id=FORM_SHA256)
ASSENT = consent_event("g", "grant", person="ann")
REFUSAL = consent_event("r", "refusal", person="ann", uses="all", data="all")
WITHDRAWAL = consent_event("w", "withdrawal", person="ann", uses="all", data="all")
GUARDED = {"representative": {"who": "gil", "authority": "guardian"}, "corrects": "g"}


def records_of(*consent_events: ConsentEvent, form: Form = FORM) -> list[StoredConsentEvent]:
    """The stored consent events of a person, in order."""
    records = list[StoredConsentEvent]()
    for hours, event in enumerate(consent_events):
        on, at = form if event.form_id else None, NOW + hours * HOUR
        state = replay(records)
        records.append(
            build_stored_event(event, on, None, KEY, party=NAME, after=state, by="p", at=at)
        )
    return records


def receipt_after(
    *consent_events: ConsentEvent,
    of: int = 0,
    form: Form = FORM,
    at: datetime = LATER,
    invalidated: datetime | None = None,
) -> tuple[Receipt, Mapping[str, Any]]:
    """The receipt of one consent event after all of them, and its document."""
    records = records_of(*consent_events, form=form)
    on = form if records[of].consent_event.form_id else None
    receipt = build_receipt(
        records[of], records, on, at=at, invalidated_before=lambda _operation, _service: invalidated
    )
    return receipt, document_of(receipt)


def states(document: Mapping[str, Any]) -> list[str]:
    """The consent states in a document, in order and without prefix."""
    events = document["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    return [each["@type"][0].partition(":")[2] for each in events]

"""Stored consent events of one party, with the state after each."""

from datetime import timedelta

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.consent.stored_event import StoredConsentEvent, build_stored_event
from tests.testkit.builders.dependencies import ACME, NOW
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository
from tests.testkit.strategies import EventWithForm

KEY = FixedPseudonymRepository().key_of(ACME)


def record_history(
    events: list[EventWithForm],
) -> tuple[list[StoredConsentEvent], list[PartyState]]:
    """Each event an hour after the previous one, and the state before and after each."""
    records, states = list[StoredConsentEvent](), [PartyState()]
    for hours, (event, form) in enumerate(events):
        at = NOW + timedelta(hours=hours)
        record = build_stored_event(
            event, form, None, KEY, party=CUSTOMER_PARTY, after=states[-1], by="p", at=at
        )
        records.append(StoredConsentEvent.model_validate_json(record.model_dump_json()))
        states.append(state_after(states[-1], build_rule(event, form, at=at)))
    return records, states

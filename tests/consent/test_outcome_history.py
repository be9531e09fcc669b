"""The outcome history covers each use and category of an event once, with its current outcome."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.history import build_outcome_history, replay
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.builders.consent_histories import record_history
from tests.testkit.builders.dependencies import NOW
from tests.testkit.builders.receipts import HOUR, LATER
from tests.testkit.consent_history_strategies import consent_histories
from tests.testkit.strategies import EventWithForm


@given(
    consent_histories(at_least=1, at_most=6),
    st.data(),
    st.sampled_from([None, NOW + HOUR, NOW + 3 * HOUR]),
)
def test_the_last_outcome_of_each_use_matches_its_consent_status(
    events: list[EventWithForm], data: st.DataObject, invalidated: datetime | None
) -> None:
    records, _ = record_history(events)
    record = data.draw(st.sampled_from(records))

    outcome_history = build_outcome_history(
        record, records, at=LATER, invalidated_before=lambda *_: invalidated
    )

    state = replay(records)
    last_entries = {
        item: chain[-1]
        for chain, consent_scope in outcome_history.items()
        for item in consent_scope
    }
    withdrawn = {
        (use.operation, use.service, leaf)
        for block in record.withdrawn_scopes
        for use in block.uses
        for leaf in block.data
    }
    assert set(last_entries) == record.rule.consent_scope | withdrawn
    assert sum(map(len, outcome_history.values())) == len(last_entries)
    for (operation, service, leaf), event in last_entries.items():
        use = Use(operation=operation, service=service)
        status = state.status(use, leaf, at=LATER, invalidated_before=invalidated)
        assert event.outcome.is_given == (status in (ConsentStatus.GRANTED, ConsentStatus.DEEMED))

"""Replaying the events gives the state that was stored with the last of them, at any past time."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.history import events_until, replay
from tests.testkit.builders.consent_histories import record_history
from tests.testkit.builders.dependencies import NOW
from tests.testkit.consent_history_strategies import consent_histories
from tests.testkit.strategies import HOURS, EventWithForm, consent_events


@given(consent_histories(at_most=4), st.integers(-1, 4))
def test_replaying_events_until_a_time_gives_the_state_at_that_time(
    events: list[EventWithForm], hours: int
) -> None:
    records, states = record_history(events)

    then = events_until(tuple(records), NOW + timedelta(hours=hours, minutes=59))

    assert replay(then) == states[min(hours + 1, len(events))]


@given(st.lists(st.tuples(consent_events(), HOURS), max_size=4), HOURS)
def test_replay_with_skewed_clocks_still_gives_a_state_that_existed(
    events: list[tuple[EventWithForm, datetime]], at: datetime
) -> None:
    records, states = record_history([each for each, _ in events])
    skewed = tuple(
        record.model_copy(update={"at": when})
        for record, (_, when) in zip(records, events, strict=True)
    )

    then = events_until(skewed, at)

    assert replay(then).version == states[len(then)].version
    assert all(record.at > at for record in skewed[len(then) :])
    assert not then or then[-1].at <= at

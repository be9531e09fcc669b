"""Hypothesis strategies for the consent events of one party. A later event may correct an earlier one."""

from hypothesis import strategies as st

from tests.testkit.strategies import EventWithForm, consent_events


@st.composite
def consent_histories(
    draw: st.DrawFn, *, at_least: int = 0, at_most: int = 5
) -> list[EventWithForm]:
    """Consent events with their forms, oldest first, with different ids."""
    drawn = draw(
        st.lists(
            consent_events(),
            min_size=at_least,
            max_size=at_most,
            unique_by=lambda done: done[0].consent_event_id,
        )
    )
    events = list[EventWithForm]()
    for content, form in drawn:
        earlier = draw(st.none() | st.sampled_from(events)) if events else None
        corrects = earlier[0].consent_event_id if earlier else None
        events.append((content.model_copy(update={"corrects": corrects}), form))
    return events

"""What Hypothesis draws of one party: acts in their order, of which later ones may correct earlier ones."""

from hypothesis import strategies as st

from tests.testkit.strategies import EventWithForm, consent_events


@st.composite
def consent_histories(
    draw: st.DrawFn, *, at_least: int = 0, at_most: int = 5
) -> list[EventWithForm]:
    """Acts with their forms, oldest first; no two have one id."""
    drawn = draw(
        st.lists(
            consent_events(),
            min_size=at_least,
            max_size=at_most,
            unique_by=lambda done: done[0].consent_event_id,
        )
    )
    told = list[EventWithForm]()
    for said, form in drawn:
        earlier = draw(st.none() | st.sampled_from(told)) if told else None
        corrects = earlier[0].consent_event_id if earlier else None
        told.append((said.model_copy(update={"corrects": corrects}), form))
    return told

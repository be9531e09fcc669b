"""What became of an act, for any acts: each use of data that it spoke of, once, and as it stands."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from consentry.domain.consent.act_course import course_of
from consentry.domain.consent.replay import replayed
from consentry.domain.requests import Use
from consentry.domain.vocabulary import Standing
from tests.domain.receipts import HOUR, LATER
from tests.domain.test_replay import recorded
from tests.fakes.histories import histories
from tests.fakes.strategies import Done
from tests.fakes.worlds import NOW


@given(
    histories(at_least=1, at_most=6),
    st.data(),
    st.sampled_from([None, NOW + HOUR, NOW + 3 * HOUR]),
)
def test_the_last_event_of_each_use_of_data_is_how_it_stands(
    done: list[Done], data: st.DataObject, outdated: datetime | None
) -> None:
    records, _ = recorded(done)
    record = data.draw(st.sampled_from(records))

    course = course_of(record, records, at=LATER, outdated_before=lambda *_: outdated)

    state = replayed(records)
    told = {cell: chain[-1] for chain, cells in course.items() for cell in cells}
    taken = {
        (use.operation, use.service, leaf)
        for block in record.takes_back
        for use in block.uses
        for leaf in block.data
    }
    assert set(told) == record.effect.cells | taken
    assert sum(map(len, course.values())) == len(told)
    for (operation, service, leaf), event in told.items():
        use = Use(operation=operation, service=service)
        standing = state.standing(use, leaf, at=LATER, outdated_before=outdated)
        assert event.happening.gives == (standing in (Standing.GRANTED, Standing.DEEMED))

"""Acts replayed come to the state that was stored with the last of them, at every moment of the past."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.consent.replay import replayed, until
from consentry.domain.consent.standings import PartyState, after, effect_of
from tests.fakes.histories import histories
from tests.fakes.names import FixedKeys
from tests.fakes.strategies import HOURS, Done, acts
from tests.fakes.worlds import ACME, NOW

KEY = FixedKeys().key_of(ACME)


def recorded(done: list[Done]) -> tuple[list[ActRecord], list[PartyState]]:
    """Each act an hour after the one before, with the state after it."""
    records, states = list[ActRecord](), [PartyState()]
    for hours, (said, form) in enumerate(done):
        at = NOW + timedelta(hours=hours)
        record = record_of(
            said, form, None, KEY, party=CUSTOMER_PARTY, after=states[-1], by="p", at=at
        )
        records.append(ActRecord.model_validate_json(record.model_dump_json()))
        states.append(after(states[-1], effect_of(said, form, at=at)))
    return records, states


@given(histories(at_most=4), st.integers(-1, 4))
def test_the_acts_until_a_moment_come_to_the_state_of_that_moment(
    done: list[Done], hours: int
) -> None:
    records, states = recorded(done)

    then = until(tuple(records), NOW + timedelta(hours=hours, minutes=59))

    assert replayed(then) == states[min(hours + 1, len(done))]


@given(st.lists(st.tuples(acts(), HOURS), max_size=4), HOURS)
def test_where_clocks_disagree_what_is_shown_is_still_a_state_that_there_was(
    done: list[tuple[Done, datetime]], at: datetime
) -> None:
    records, states = recorded([each for each, _ in done])
    skewed = tuple(
        record.model_copy(update={"at": when})
        for record, (_, when) in zip(records, done, strict=True)
    )

    then = until(skewed, at)

    assert replayed(then).version == states[len(then)].version
    assert all(record.at > at for record in skewed[len(then) :])
    assert not then or then[-1].at <= at

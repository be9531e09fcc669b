"""What is kept of a state stands for its use as the whole does; a part opens for what it was sealed about."""

from dataclasses import replace
from datetime import datetime
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.evidence import Facts, party_standing
from consentry.domain.naming import CustomerKey
from consentry.domain.requests import Use
from consentry.domain.screening import kept_states
from consentry.domain.screening.kept_states import for_use, open_states, seal_states
from consentry.domain.vocabulary import DataCategory
from tests.fakes.names import FixedKeys
from tests.fakes.strategies import HOURS, facts, states
from tests.fakes.worlds import ACME

KEY = FixedKeys().key_of(ACME)


STATES = st.builds(replace, states(), closed=st.booleans())


@given(STATES, facts(), HOURS, st.none() | HOURS)
def test_for_its_use_a_kept_state_stands_as_the_whole_one(
    state: PartyState, asked: Facts, at: datetime, changed: datetime | None
) -> None:
    kept = for_use(state, Use(operation=asked.operation, service=asked.service))

    whole, ours = (
        party_standing(each, asked, at=at, outdated_before=changed) for each in (state, kept)
    )

    assert ours == whole
    assert all(effect.act_id == "" for effect in kept.effects)


@given(st.dictionaries(st.text("abc", min_size=1), STATES, max_size=4))
def test_a_part_opens_as_it_was_sealed_for_its_key_and_its_place_alone(
    kept: dict[str, PartyState],
) -> None:
    part = seal_states(kept, key=KEY, about="here/0")

    assert open_states(part, key=KEY, about="here/0") == kept
    assert open_states(part, key=KEY, about="here/1") is None
    assert open_states(part, key=CustomerKey(ACME, b"?" * 32), about="here/0") is None


def test_a_part_from_before_there_was_another_word_opens_no_more() -> None:
    words = [each for each in DataCategory if each is not DataCategory.TELEMETRY]
    with patch.object(kept_states, "DataCategory", words):
        part = seal_states({}, key=KEY, about="here/0")

    assert open_states(part, key=KEY, about="here/0") is None

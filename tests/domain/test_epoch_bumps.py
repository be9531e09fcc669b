"""Every act that may turn an allow into a denial moves the fence that decisions on many people stand on."""

from datetime import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.domain.consent.acts import EVERY_USE
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.lowering import may_lower
from consentry.domain.consent.standings import PartyState, after, effect_of
from consentry.domain.vocabulary import STRICTNESS, DataCategory
from tests.fakes.strategies import HOURS, effects, states
from tests.fakes.worlds import FORM, NOW, act

CELLS = tuple(product(EVERY_USE, DataCategory))


@given(states(), effects(), st.lists(HOURS, min_size=1, max_size=4))
def test_an_act_that_makes_some_standing_stricter_bumps_an_epoch(
    state: PartyState, effect: Effect, moments: list[datetime]
) -> None:
    later = after(state, effect)
    ends = [each.until for each in later.effects if each.until]

    stricter = any(
        STRICTNESS[later.standing(use, leaf, at=at)] > STRICTNESS[state.standing(use, leaf, at=at)]
        for use, leaf in CELLS
        for at in (*moments, *ends)
    )

    assert may_lower(state, effect) or not stricter


@pytest.mark.parametrize(
    ("said", "bumps"),
    [({}, False), ({"until": "2026-03-02T00:00:00Z"}, True)],
    ids=["for ever", "until a moment"],
)
def test_a_first_grant_bumps_only_if_it_ends(said: dict[str, str], bumps: bool) -> None:
    grant = effect_of(act("g", "grant", **said), FORM, at=NOW)

    assert may_lower(PartyState(), grant) is bumps


def test_a_grant_that_corrects_another_bumps_though_it_is_for_something_else() -> None:
    granted = after(PartyState(), effect_of(act("g", "grant"), None, at=NOW))

    other = act("c", "grant", data=["customer_content.chat"], corrects="g")

    assert may_lower(granted, effect_of(other, None, at=NOW))

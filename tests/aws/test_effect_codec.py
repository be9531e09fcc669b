"""A party's effects are the same after they were kept, and many acts stay small."""

from hypothesis import given

from consentry.aws.effect_codec import decode_effects, encode_effects
from consentry.domain.consent.standings import PartyState, after, effect_of
from tests.fakes.strategies import states
from tests.fakes.worlds import NOW, act


@given(states())
def test_effects_are_read_back_as_they_were_kept(state: PartyState) -> None:
    assert decode_effects(encode_effects(state.effects)) == state.effects


def test_a_state_does_not_grow_with_acts_that_replace_one_another() -> None:
    state = PartyState()
    for number in range(500):
        kind = ("refuse", "withdraw")[number % 2]
        said = act(f"{number:0128}", kind, uses="all", data="all")
        state = after(state, effect_of(said, None, at=NOW))

    assert (state.version, len(state.effects)) == (500, 1)
    assert len(encode_effects(state.effects)) < 2_000

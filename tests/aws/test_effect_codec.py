"""A party's effects are the same after they were kept, and many acts stay small."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given, settings

from consentry.aws.effect_codec import decode_effects, encode_effects
from consentry.domain import requests as vocabulary_of_data
from consentry.domain.consent import acts as vocabulary_of_acts
from consentry.domain.consent.acts import EVERY_NODE, EVERY_USE
from consentry.domain.consent.replay import replayed
from consentry.domain.consent.standings import PartyState, after, effect_of
from consentry.domain.requests import Use
from consentry.domain.vocabulary import LEAVES_UNDER, DataCategory, Service, Standing
from tests.domain.test_replay import recorded
from tests.fakes.histories import histories
from tests.fakes.strategies import Done, states
from tests.fakes.worlds import FINE_TUNE, FORM, FORM_SHA256, NOW, act

SIGNED = {"form": FORM_SHA256, "signature": "click"}
NO_GRANT = {Standing.NEVER_ASKED, Standing.REFUSED, Standing.WITHDRAWN}


@given(states())
def test_effects_are_read_back_as_they_were_kept(state: PartyState) -> None:
    assert decode_effects(encode_effects(state.effects)) == state.effects


@contextmanager
def fewer_words() -> Iterator[None]:
    """The vocabulary before translation and telemetry came into it."""
    uses = tuple(use for use in EVERY_USE if use.service is not Service.TRANSLATION)
    tree = {
        node: tuple(leaf for leaf in leaves if leaf is not DataCategory.TELEMETRY)
        for node, leaves in LEAVES_UNDER.items()
    }
    growing = patch.object(vocabulary_of_acts, "EVERY_USE", uses)
    with growing, patch.object(vocabulary_of_data, "LEAVES_UNDER", tree):
        yield


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_new_word_is_refused_by_all_and_granted_by_nothing(done: list[Done]) -> None:
    with fewer_words():
        records, states = recorded(done)
        kept = encode_effects(states[-1].effects)

    read = PartyState(len(done), decode_effects(kept))

    now = replayed(records)
    for use, leaf in product(EVERY_USE, DataCategory):
        standing = read.standing(use, leaf, at=NOW)
        assert standing is now.standing(use, leaf, at=NOW)
        if use.service is Service.TRANSLATION or leaf is DataCategory.TELEMETRY:
            assert standing in NO_GRANT


@pytest.mark.parametrize(
    ("uses", "translating"),
    [("all", Standing.WITHDRAWN), ([FINE_TUNE], Standing.NEVER_ASKED)],
    ids=["of all uses", "of one use, of which nothing is left"],
)
def test_a_withdrawal_of_all_data_covers_what_is_new_though_all_else_was_granted_since(
    uses: object, translating: Standing
) -> None:
    with fewer_words():
        state = PartyState()
        for said in (
            act("w", "withdraw", uses=uses, data="all"),
            act("g", "grant", data=list(EVERY_NODE), **SIGNED),
        ):
            state = after(state, effect_of(said, FORM, at=NOW))
        kept = encode_effects(state.effects)

    read = PartyState(2, decode_effects(kept))

    tune = Use.read(FINE_TUNE)
    translated = tune.model_copy(update={"service": Service.TRANSLATION})
    assert read.standing(tune, DataCategory.AUDIO, at=NOW) is Standing.GRANTED
    assert read.standing(tune, DataCategory.TELEMETRY, at=NOW) is Standing.WITHDRAWN
    assert read.standing(translated, DataCategory.AUDIO, at=NOW) is translating


def test_a_state_does_not_grow_with_acts_that_replace_one_another() -> None:
    state = PartyState()
    for number in range(500):
        kind = ("refuse", "withdraw")[number % 2]
        said = act(f"{number:0128}", kind, uses="all", data="all")
        state = after(state, effect_of(said, None, at=NOW))

    assert (state.version, len(state.effects)) == (500, 1)
    assert len(encode_effects(state.effects)) < 2_000


def test_a_state_does_not_grow_with_denials_that_cover_one_another_together() -> None:
    state = PartyState()
    for number in range(600):
        some = [EVERY_USE[(number * step) % len(EVERY_USE)] for step in (1, 3, 7)]
        said = act(f"w-{number}", "withdraw", uses=list(dict.fromkeys(some)), data="all")
        state = after(state, effect_of(said, None, at=NOW))

    assert len(state.effects) <= len(EVERY_USE)
    assert len(encode_effects(state.effects)) < 20_000

"""What acts come to, against a naive model that replays them all for each cell."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings

from consentry.domain.consent.acts import EVERY_USE, ActKind, ConsentAct
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.forms import Form
from consentry.domain.consent.standings import UNREAD, PartyState, after, effect_of
from consentry.domain.vocabulary import STRICTNESS, DataCategory, Standing, worst
from tests.fakes.histories import histories
from tests.fakes.naive_standings import replayed
from tests.fakes.strategies import HOURS, Done, effects, states
from tests.fakes.worlds import FORM, NOW, act

CELLS = tuple(product(EVERY_USE, DataCategory))
AUDIO = DataCategory.AUDIO
FINE_TUNE = next(
    u for u in EVERY_USE if (u.operation, u.service) == ("fine_tune", "meeting_summary")
)
INFER = next(u for u in EVERY_USE if (u.operation, u.service) == ("infer", "meeting_summary"))


def state_after(*done: Done) -> PartyState:
    state = PartyState()
    for said, form in done:
        state = after(state, effect_of(said, form, at=NOW))
    return state


@settings(max_examples=200, deadline=None)
@given(histories(at_most=6), HOURS)
def test_any_acts_come_to_what_the_last_one_on_each_cell_says(
    done: list[Done], at: datetime
) -> None:
    state = state_after(*done)

    assert state.version == len(done)
    for use, leaf in CELLS:
        assert state.standing(use, leaf, at=at) is replayed(done, use, leaf, at)


@given(states(), effects())
def test_every_cell_has_one_effect_and_no_effect_is_empty_but_for_words_to_come(
    state: PartyState, effect: Effect
) -> None:
    later = after(state, effect)
    cells = [cell for each in later.effects for cell in each.cells]

    assert len(cells) == len(set(cells))
    assert all(each.cells or (each.spoken and each.spoken.is_open) for each in later.effects)


def test_a_grant_ends_at_its_moment_and_not_before() -> None:
    ends = NOW + timedelta(hours=1)
    grant = act("g", "grant", form="0" * 64, signature="click", until=ends.isoformat())
    state = state_after((grant, FORM))

    moments = (ends - timedelta(microseconds=1), ends)

    assert [state.standing(FINE_TUNE, AUDIO, at=at) for at in moments] == ["granted", "expired"]


SIGNED = {"form": "0" * 64, "signature": "click"}


@pytest.mark.parametrize(
    ("said", "form", "standing"),
    [
        (SIGNED, FORM, Standing.GRANTED),
        ({"form": "0" * 64}, FORM, Standing.DEEMED),
        ({"signature": "click"}, None, Standing.DEEMED),
        ({}, None, Standing.DEEMED),
    ],
    ids=["signed form", "form unsigned", "signed without a form", "neither"],
)
def test_a_feature_is_opted_into_on_a_signed_form_alone(
    said: dict[str, str], form: Form | None, standing: Standing
) -> None:
    opt_in = act("g", "grant", uses=[INFER.model_dump()], **said)

    assert state_after((opt_in, form)).standing(INFER, AUDIO, at=NOW) is standing


def test_switching_a_feature_on_shares_nothing_to_improve_it() -> None:
    opt_in = act("g", "grant", uses=[INFER.model_dump()], **SIGNED)

    assert state_after((opt_in, FORM)).standing(FINE_TUNE, AUDIO, at=NOW) is Standing.NEVER_ASKED


@pytest.mark.parametrize("kind", [ActKind.WITHDRAW, ActKind.REFUSE])
def test_withdrawing_or_refusing_all_covers_every_use_and_category(kind: ActKind) -> None:
    everything: ConsentAct = act("w", kind, uses="all", data="all")

    state = state_after((act("g", "grant", **SIGNED), FORM), (everything, None))

    said = {state.standing(use, leaf, at=NOW) for use, leaf in CELLS}
    assert said == {Standing.WITHDRAWN if kind == "withdraw" else Standing.REFUSED}
    assert len(state.effects) == 1


def test_order_is_by_version_and_not_by_clock() -> None:
    grant = effect_of(act("g", "grant", **SIGNED), FORM, at=NOW + timedelta(days=1))
    withdrawal = effect_of(act("w", "withdraw"), None, at=NOW)

    state = after(after(PartyState(), grant), withdrawal)

    assert state.standing(FINE_TUNE, AUDIO, at=NOW) is Standing.WITHDRAWN


def test_a_state_that_could_not_be_read_is_unknown_and_takes_no_act() -> None:
    assert {UNREAD.standing(use, leaf, at=NOW) for use, leaf in CELLS} == {Standing.UNKNOWN}
    with pytest.raises(ValueError, match="could not be read"):
        after(UNREAD, effect_of(act("w", "withdraw"), None, at=NOW))


def test_the_worst_of_standings_is_the_strictest() -> None:
    order = "granted deemed never_asked outdated expired refused withdrawn unknown"

    assert " ".join(Standing) == order
    assert list(STRICTNESS.values()) == list(range(len(Standing)))
    for one, other in product(Standing, repeat=2):
        assert worst([one, other]) is max(one, other, key=STRICTNESS.__getitem__)
    assert worst([]) is Standing.GRANTED

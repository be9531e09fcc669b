"""What acts come to, against a naive model that replays them all for each cell."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings

from consentry.consent.consent_event import EVERY_USE, ConsentEvent, ConsentEventKind
from consentry.consent.forms import Form
from consentry.consent.rules import ConsentRule
from consentry.consent.status import UNREADABLE_STATE, PartyState, after, build_rule
from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus, DataCategory, worst
from tests.fakes.histories import histories
from tests.fakes.naive_standings import replay
from tests.fakes.strategies import HOURS, Done, rules, states
from tests.fakes.worlds import FORM, NOW, consent_event

CELLS = tuple(product(EVERY_USE, DataCategory))
AUDIO = DataCategory.AUDIO
FINE_TUNE = next(
    u for u in EVERY_USE if (u.operation, u.service) == ("fine_tune", "meeting_summary")
)
INFER = next(u for u in EVERY_USE if (u.operation, u.service) == ("infer", "meeting_summary"))


def state_after(*done: Done) -> PartyState:
    state = PartyState()
    for said, form in done:
        state = after(state, build_rule(said, form, at=NOW))
    return state


@settings(max_examples=200, deadline=None)
@given(histories(at_most=6), HOURS)
def test_any_acts_come_to_what_the_last_one_on_each_cell_says(
    done: list[Done], at: datetime
) -> None:
    state = state_after(*done)

    assert state.version == len(done)
    for use, leaf in CELLS:
        assert state.status(use, leaf, at=at) is replay(done, use, leaf, at)


@given(states(), rules())
def test_every_cell_has_one_effect_and_no_effect_is_empty_but_for_words_to_come(
    state: PartyState, rule: ConsentRule
) -> None:
    later = after(state, rule)
    consent_scope = [cell for each in later.rules for cell in each.consent_scope]

    assert len(consent_scope) == len(set(consent_scope))
    assert all(
        each.consent_scope or (each.wording and each.wording.is_open) for each in later.rules
    )


def test_a_grant_ends_at_its_moment_and_not_before() -> None:
    ends = NOW + timedelta(hours=1)
    grant = consent_event("g", "grant", form="0" * 64, signature="click", until=ends.isoformat())
    state = state_after((grant, FORM))

    moments = (ends - timedelta(microseconds=1), ends)

    assert [state.status(FINE_TUNE, AUDIO, at=at) for at in moments] == ["granted", "expired"]


SIGNED = {"form": "0" * 64, "signature": "click"}


@pytest.mark.parametrize(
    ("said", "form", "status"),
    [
        (SIGNED, FORM, ConsentStatus.GRANTED),
        ({"form": "0" * 64}, FORM, ConsentStatus.DEEMED),
        ({"signature": "click"}, None, ConsentStatus.DEEMED),
        ({}, None, ConsentStatus.DEEMED),
    ],
    ids=["signed form", "form unsigned", "signed without a form", "neither"],
)
def test_a_feature_is_opted_into_on_a_signed_form_alone(
    said: dict[str, str], form: Form | None, status: ConsentStatus
) -> None:
    opt_in = consent_event("g", "grant", uses=[INFER.model_dump()], **said)

    assert state_after((opt_in, form)).status(INFER, AUDIO, at=NOW) is status


def test_switching_a_feature_on_shares_nothing_to_improve_it() -> None:
    opt_in = consent_event("g", "grant", uses=[INFER.model_dump()], **SIGNED)

    assert state_after((opt_in, FORM)).status(FINE_TUNE, AUDIO, at=NOW) is ConsentStatus.NEVER_ASKED


@pytest.mark.parametrize("kind", [ConsentEventKind.WITHDRAWAL, ConsentEventKind.REFUSAL])
def test_withdrawing_or_refusing_all_covers_every_use_and_category(kind: ConsentEventKind) -> None:
    everything: ConsentEvent = consent_event("w", kind, uses="all", data="all")

    state = state_after((consent_event("g", "grant", **SIGNED), FORM), (everything, None))

    said = {state.status(use, leaf, at=NOW) for use, leaf in CELLS}
    assert said == {ConsentStatus.WITHDRAWN if kind == "withdrawal" else ConsentStatus.REFUSED}
    assert len(state.rules) == 1


def test_order_is_by_version_and_not_by_clock() -> None:
    grant = build_rule(consent_event("g", "grant", **SIGNED), FORM, at=NOW + timedelta(days=1))
    withdrawal = build_rule(consent_event("w", "withdrawal"), None, at=NOW)

    state = after(after(PartyState(), grant), withdrawal)

    assert state.status(FINE_TUNE, AUDIO, at=NOW) is ConsentStatus.WITHDRAWN


def test_a_state_that_could_not_be_read_is_unknown_and_takes_no_act() -> None:
    assert {UNREADABLE_STATE.status(use, leaf, at=NOW) for use, leaf in CELLS} == {
        ConsentStatus.UNREADABLE
    }
    with pytest.raises(ValueError, match="could not be read"):
        after(UNREADABLE_STATE, build_rule(consent_event("w", "withdrawal"), None, at=NOW))


def test_the_worst_of_standings_is_the_strictest() -> None:
    order = "granted deemed never_asked outdated expired refused withdrawn unknown"

    assert " ".join(ConsentStatus) == order
    assert list(STRICTNESS.values()) == list(range(len(ConsentStatus)))
    for one, other in product(ConsentStatus, repeat=2):
        assert worst([one, other]) is max(one, other, key=STRICTNESS.__getitem__)
    assert worst([]) is ConsentStatus.GRANTED

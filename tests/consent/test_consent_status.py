"""Consent status, compared with a naive model that replays all events for each use and category."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.consent.forms import Form
from consentry.consent.rules import ConsentRule
from consentry.consent.status import UNREADABLE_STATE, PartyState, build_rule, state_after
from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus, worst
from tests.testkit.builders.dependencies import FORM, NOW, consent_event
from tests.testkit.campaign import examples
from tests.testkit.consent_history_strategies import consent_histories
from tests.testkit.meeting_words import EVERY_USE, DataCategory
from tests.testkit.oracles.naive_status import replay
from tests.testkit.strategies import HOURS, EventWithForm, rules, states

USES_AND_DATA = tuple(product(EVERY_USE, DataCategory))
AUDIO = DataCategory.AUDIO
FINE_TUNE = next(
    u for u in EVERY_USE if (u.operation, u.service) == ("fine_tune", "meeting_summary")
)
INFER = next(u for u in EVERY_USE if (u.operation, u.service) == ("infer", "meeting_summary"))


def state_after_all(*events: EventWithForm) -> PartyState:
    state = PartyState()
    for event, form in events:
        state = state_after(state, build_rule(event, form, at=NOW))
    return state


@settings(max_examples=examples(50, 800), deadline=None)
@given(consent_histories(at_most=6), HOURS)
def test_the_last_event_on_each_use_and_category_gives_its_status(
    events: list[EventWithForm], at: datetime
) -> None:
    state = state_after_all(*events)

    assert state.version == len(events)
    for use, leaf in USES_AND_DATA:
        assert state.status(use, leaf, at=at) is replay(events, use, leaf, at)


@given(states(), rules())
def test_each_use_and_category_has_one_consent_rule(state: PartyState, rule: ConsentRule) -> None:
    later = state_after(state, rule)
    consent_scope = [item for each in later.rules for item in each.consent_scope]

    assert len(consent_scope) == len(set(consent_scope))
    assert all(
        each.consent_scope or (each.wording and each.wording.is_open) for each in later.rules
    )


def test_a_grant_expires_exactly_at_its_end() -> None:
    ends = NOW + timedelta(hours=1)
    grant = consent_event("g", "grant", form_id="0" * 64, signature="click", until=ends.isoformat())
    state = state_after_all((grant, FORM))

    moments = (ends - timedelta(microseconds=1), ends)

    assert [state.status(FINE_TUNE, AUDIO, at=at) for at in moments] == ["granted", "expired"]


SIGNED = {"form_id": "0" * 64, "signature": "click"}


@pytest.mark.parametrize(
    ("fields", "form", "status"),
    [
        (SIGNED, FORM, ConsentStatus.GRANTED),
        ({"form_id": "0" * 64}, FORM, ConsentStatus.DEEMED),
        ({"signature": "click"}, None, ConsentStatus.DEEMED),
        ({}, None, ConsentStatus.DEEMED),
    ],
    ids=["signed form", "form unsigned", "signed without a form", "neither"],
)
def test_opting_in_to_a_feature_requires_a_signed_form(
    fields: dict[str, str], form: Form | None, status: ConsentStatus
) -> None:
    opt_in = consent_event("g", "grant", uses=[INFER.model_dump()], **fields)

    assert state_after_all((opt_in, form)).status(INFER, AUDIO, at=NOW) is status


def test_opting_in_to_a_feature_does_not_grant_training() -> None:
    opt_in = consent_event("g", "grant", uses=[INFER.model_dump()], **SIGNED)

    assert (
        state_after_all((opt_in, FORM)).status(FINE_TUNE, AUDIO, at=NOW)
        is ConsentStatus.NEVER_ASKED
    )


@pytest.mark.parametrize("kind", [ConsentEventKind.WITHDRAWAL, ConsentEventKind.REFUSAL])
def test_withdrawing_or_refusing_all_covers_every_use_and_category(kind: ConsentEventKind) -> None:
    everything: ConsentEvent = consent_event("w", kind, uses="all", data="all")

    state = state_after_all((consent_event("g", "grant", **SIGNED), FORM), (everything, None))

    found = {state.status(use, leaf, at=NOW) for use, leaf in USES_AND_DATA}
    assert found == {ConsentStatus.WITHDRAWN if kind == "withdrawal" else ConsentStatus.REFUSED}
    assert len(state.rules) == 1


def test_events_are_ordered_by_version_and_not_by_clock() -> None:
    grant = build_rule(consent_event("g", "grant", **SIGNED), FORM, at=NOW + timedelta(days=1))
    withdrawal = build_rule(consent_event("w", "withdrawal"), None, at=NOW)

    state = state_after(state_after(PartyState(), grant), withdrawal)

    assert state.status(FINE_TUNE, AUDIO, at=NOW) is ConsentStatus.WITHDRAWN


@pytest.mark.promise(4)
def test_an_unreadable_state_has_status_unreadable_and_accepts_no_event() -> None:
    assert {UNREADABLE_STATE.status(use, leaf, at=NOW) for use, leaf in USES_AND_DATA} == {
        ConsentStatus.UNREADABLE
    }
    with pytest.raises(ValueError, match="could not be read"):
        state_after(UNREADABLE_STATE, build_rule(consent_event("w", "withdrawal"), None, at=NOW))


def test_the_worst_of_several_statuses_is_the_strictest() -> None:
    order = (
        "granted deemed never_asked invalidated expired unidentified refused withdrawn unreadable"
    )

    assert " ".join(ConsentStatus) == order
    assert list(STRICTNESS.values()) == list(range(len(ConsentStatus)))
    for one, other in product(ConsentStatus, repeat=2):
        assert worst([one, other]) is max(one, other, key=STRICTNESS.__getitem__)
    assert worst([]) is ConsentStatus.GRANTED

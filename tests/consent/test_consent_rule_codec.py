"""Consent rules round-trip through their encoding, and many events stay small."""

from itertools import product

import pytest
from hypothesis import given, settings

from consentry.consent.history import replay
from consentry.consent.rule_codec import decode_rules, encode_rules
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, using
from tests.testkit.builders.consent_histories import record_history
from tests.testkit.builders.dependencies import FINE_TUNE, FORM, FORM_SHA256, NOW, consent_event
from tests.testkit.campaign import examples
from tests.testkit.consent_history_strategies import consent_histories
from tests.testkit.meeting_words import EVERY_NODE, EVERY_USE, SMALLER, DataCategory, Service
from tests.testkit.strategies import EventWithForm, states

SIGNED = {"form_id": FORM_SHA256, "signature": "click"}
NO_GRANT = {ConsentStatus.NEVER_ASKED, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN}


@given(states())
def test_consent_rules_round_trip_through_their_encoding(state: PartyState) -> None:
    assert decode_rules(encode_rules(state.rules)) == state.rules


@settings(max_examples=examples(50, 800), deadline=None)
@given(consent_histories())
def test_a_new_vocabulary_term_is_covered_by_denials_of_all_and_by_no_grant(
    events: list[EventWithForm],
) -> None:
    with using(lambda: SMALLER):
        records, states = record_history(events)
        encoded = encode_rules(states[-1].rules)

    read = PartyState(len(events), decode_rules(encoded))

    now = replay(records)
    for use, leaf in product(EVERY_USE, DataCategory):
        status = read.status(use, leaf, at=NOW)
        assert status is now.status(use, leaf, at=NOW)
        if use.service == Service.TRANSLATION or leaf == DataCategory.TELEMETRY:
            assert status in NO_GRANT


@pytest.mark.parametrize(
    ("uses", "translating"),
    [("all", ConsentStatus.WITHDRAWN), ([FINE_TUNE], ConsentStatus.NEVER_ASKED)],
    ids=["of all uses", "of one use with nothing left"],
)
def test_a_withdrawal_of_all_data_covers_categories_added_later(
    uses: object, translating: ConsentStatus
) -> None:
    with using(lambda: SMALLER):
        state = PartyState()
        for event in (
            consent_event("w", "withdrawal", uses=uses, data="all"),
            consent_event("g", "grant", data=list(EVERY_NODE), **SIGNED),
        ):
            state = state_after(state, build_rule(event, FORM, at=NOW))
        encoded = encode_rules(state.rules)

    read = PartyState(2, decode_rules(encoded))

    tune = Use.read(FINE_TUNE)
    translated = tune.model_copy(update={"service": Service.TRANSLATION})
    assert read.status(tune, DataCategory.AUDIO, at=NOW) is ConsentStatus.GRANTED
    assert read.status(tune, DataCategory.TELEMETRY, at=NOW) is ConsentStatus.WITHDRAWN
    assert read.status(translated, DataCategory.AUDIO, at=NOW) is translating


def test_a_state_does_not_grow_with_events_that_replace_each_other() -> None:
    state = PartyState()
    for number in range(500):
        kind = ("refusal", "withdrawal")[number % 2]
        event = consent_event(f"{number:0128}", kind, uses="all", data="all")
        state = state_after(state, build_rule(event, None, at=NOW))

    assert (state.version, len(state.rules)) == (500, 1)
    assert len(encode_rules(state.rules)) < 2_000


def test_a_state_does_not_grow_with_overlapping_denials() -> None:
    state = PartyState()
    for number in range(600):
        some = [EVERY_USE[(number * step) % len(EVERY_USE)] for step in (1, 3, 7)]
        event = consent_event(
            f"w-{number}", "withdrawal", uses=list(dict.fromkeys(some)), data="all"
        )
        state = state_after(state, build_rule(event, None, at=NOW))

    assert len(state.rules) <= len(EVERY_USE)
    assert len(encode_rules(state.rules)) < 20_000

"""Every event that may turn an allow into a denial increments an epoch."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.preconditions import DOWNGRADE_WINDOW
from consentry.consent.rules import ConsentRule
from consentry.consent.status import PartyState, build_rule, may_downgrade, state_after
from consentry.decisions.evaluation import ALLOW_LASTS, CLOCK_SKEW
from consentry.decisions.inputs import GIVEN
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import STRICTNESS
from consentry.permits.data_permit import MAX_LIFETIME
from consentry.screening_jobs.checkpoint import CHECKPOINT_LASTS
from tests.testkit.builders.dependencies import FORM, NOW, SECOND, consent_event
from tests.testkit.campaign import examples
from tests.testkit.meeting_words import EVERY_USE, DataCategory
from tests.testkit.strategies import HOURS, EventWithForm, consent_events, states

USES_AND_DATA = tuple(product(EVERY_USE, DataCategory))
IN_WINDOW = st.integers(0, 120).map(lambda minutes: timedelta(minutes=minutes))
SIGNED = {"form_id": "0" * 64, "signature": "click"}


@settings(max_examples=examples(200, 10_000), deadline=None)
@given(
    states(),
    consent_events(),
    HOURS,
    st.none() | st.integers(1, 600),
    st.none() | HOURS,
    st.lists(IN_WINDOW, min_size=1, max_size=3),
    st.lists(HOURS, max_size=2),
)
def test_an_event_that_makes_a_status_stricter_in_the_window_increments_an_epoch(
    state: PartyState,
    event: EventWithForm,
    at: datetime,
    minutes: int | None,
    done_at: datetime | None,
    delays: list[timedelta],
    changes: list[datetime],
) -> None:
    is_grant = event[0].kind is ConsentEventKind.GRANT
    until = at + timedelta(minutes=minutes) if minutes and is_grant else None
    sent = event[0].model_copy(update={"until": until, "done_at": done_at})
    rule = build_rule(sent, event[1], at=at)
    later = state_after(state, rule)
    end = at + DOWNGRADE_WINDOW
    ends = [each.until for each in later.rules if each.until and at <= each.until <= end]
    changed_at = max((change for change in changes if change <= end), default=None)

    stricter = any(
        _is_stricter(state, later, use, leaf, moment, changed)
        for changed in (None, *(change for change in changes if change <= end))
        for moment in (*(at + delay for delay in delays), *ends)
        for use, leaf in USES_AND_DATA
    )

    increments = not is_grant or may_downgrade(state, later, at=at, changed_at=changed_at)
    assert increments or not stricter


def _is_stricter(
    state: PartyState,
    later: PartyState,
    use: Use,
    leaf: str,
    at: datetime,
    changed: datetime | None,
) -> bool:
    before = state.status(use, leaf, at=at, invalidated_before=changed)
    after = later.status(use, leaf, at=at, invalidated_before=changed)
    if STRICTNESS[after] > STRICTNESS[before]:
        return True
    old, new = state.rule_for(use, leaf), later.rule_for(use, leaf)
    if old is None or new is None or before not in GIVEN or after not in GIVEN:
        return False
    return new.covered_since(changed) > old.covered_since(changed)


def increments(state: PartyState, rule: ConsentRule, changed_at: datetime | None = None) -> bool:
    return may_downgrade(state, state_after(state, rule), at=rule.at, changed_at=changed_at)


def test_the_window_is_longer_than_what_uses_a_state() -> None:
    function = timedelta(minutes=15)

    for lasts in (ALLOW_LASTS, MAX_LIFETIME):
        assert CHECKPOINT_LASTS + function + lasts + CLOCK_SKEW <= DOWNGRADE_WINDOW


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"until": NOW + DOWNGRADE_WINDOW + SECOND}, False),
        ({"until": NOW + DOWNGRADE_WINDOW}, True),
        ({"until": NOW + SECOND}, True),
        ({"done_at": NOW - timedelta(days=1)}, False),
    ],
    ids=["no end", "ends after the window", "ends in the window", "ends at once", "done earlier"],
)
def test_a_first_grant_increments_an_epoch_only_if_it_ends_in_the_window(
    fields: dict[str, datetime], expected: bool
) -> None:
    sent = {name: at.isoformat() for name, at in fields.items()}

    grant = build_rule(consent_event("g", "grant", **sent), FORM, at=NOW)

    assert increments(PartyState(), grant) is expected


def test_a_first_grant_from_before_a_material_change_increments_an_epoch() -> None:
    done_at = NOW - timedelta(days=2)
    grant = build_rule(
        consent_event("g", "grant", done_at=done_at.isoformat(), **SIGNED), FORM, at=NOW
    )

    assert increments(PartyState(), grant, done_at + SECOND)
    assert not increments(PartyState(), grant, done_at)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (SIGNED, False),
        (SIGNED | {"until": (NOW + timedelta(days=9)).isoformat()}, False),
        (SIGNED | {"until": (NOW + timedelta(minutes=9)).isoformat()}, True),
        (SIGNED | {"corrects": "g"}, False),
        (SIGNED | {"corrects": "g", "data": ["customer_content.chat"]}, True),
        ({"corrects": "g"}, True),
    ],
    ids=["renewal", "ends late", "ends soon", "corrected alike", "corrected away", "unsigned"],
)
def test_a_grant_that_replaces_one_increments_an_epoch_only_if_it_is_worse(
    second: dict[str, Any], expected: bool
) -> None:
    granted = state_after(
        PartyState(), build_rule(consent_event("g", "grant", **SIGNED), FORM, at=NOW)
    )

    again = build_rule(consent_event("again", "grant", **second), FORM, at=NOW + SECOND)

    assert increments(granted, again) is expected


def test_a_grant_whose_form_covers_less_increments_an_epoch() -> None:
    granted = state_after(
        PartyState(), build_rule(consent_event("g", "grant", **SIGNED), FORM, at=NOW)
    )
    form = FORM.model_copy(update={"covers_collected": "from_grant"})

    again = build_rule(consent_event("again", "grant", **SIGNED), form, at=NOW + SECOND)

    assert increments(granted, again)


def test_a_signed_grant_after_a_refusal_increments_no_epoch() -> None:
    refused = state_after(PartyState(), build_rule(consent_event("r", "refusal"), None, at=NOW))
    until = (NOW + timedelta(minutes=1)).isoformat()

    grant = build_rule(consent_event("g", "grant", until=until, **SIGNED), FORM, at=NOW)

    assert not increments(refused, grant)

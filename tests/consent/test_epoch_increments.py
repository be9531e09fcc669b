"""Every event that may turn an allow into a denial increments an epoch."""

from datetime import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.rules import ConsentRule
from consentry.consent.status import PartyState, build_rule, may_downgrade, state_after
from consentry.kernel.vocabulary import STRICTNESS
from tests.testkit.builders.dependencies import FORM, NOW, consent_event
from tests.testkit.meeting_words import EVERY_USE, DataCategory
from tests.testkit.strategies import HOURS, rules, states

USES_AND_DATA = tuple(product(EVERY_USE, DataCategory))


@given(states(), rules(), st.lists(HOURS, min_size=1, max_size=4))
def test_an_event_that_makes_a_status_stricter_increments_an_epoch(
    state: PartyState, rule: ConsentRule, moments: list[datetime]
) -> None:
    later = state_after(state, rule)
    ends = [each.until for each in later.rules if each.until]

    stricter = any(
        STRICTNESS[later.status(use, leaf, at=at)] > STRICTNESS[state.status(use, leaf, at=at)]
        for use, leaf in USES_AND_DATA
        for at in (*moments, *ends)
    )

    assert may_downgrade(state, rule) or not stricter


@pytest.mark.parametrize(
    ("fields", "increments"),
    [({}, False), ({"until": "2026-03-02T00:00:00Z"}, True)],
    ids=["without an end", "with an end"],
)
def test_a_first_grant_increments_an_epoch_only_if_it_expires(
    fields: dict[str, str], increments: bool
) -> None:
    grant = build_rule(consent_event("g", "grant", **fields), FORM, at=NOW)

    assert may_downgrade(PartyState(), grant) is increments


def test_a_correcting_grant_increments_an_epoch_even_for_another_scope() -> None:
    granted = state_after(PartyState(), build_rule(consent_event("g", "grant"), None, at=NOW))

    other = consent_event("c", "grant", data=["customer_content.chat"], corrects="g")

    assert may_downgrade(granted, build_rule(other, None, at=NOW))

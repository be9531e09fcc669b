"""What is stored of a party's consent is bounded, and a merged state is never milder than the whole one."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.items import decode_state, state_write
from consentry.consent.rule_codec import decode_rules, encode_rules
from consentry.consent.rules import ConsentRule
from consentry.consent.state_size import MAX_RULES_BYTES, SHORT_RUN, fit_rules
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.inputs import GIVEN
from consentry.kernel.errors import OversizedConsentError, UnavailableError
from consentry.kernel.vocabulary import STRICTNESS, using, vocabulary
from tests.testkit.builders.dependencies import (
    FORM,
    NOW,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.large_states import ADVERSARIAL, CELLS, SIGNED, fitted, rule_of
from tests.testkit.campaign import CAMPAIGN, examples
from tests.testkit.fakes.dynamodb_tables import item_size
from tests.testkit.meeting_words import EVERY_NODE, EVERY_USE, SMALLER, DataCategory
from tests.testkit.strategies import HOURS, EventWithForm, consent_events

MAX_ITEM_BYTES = 64 * 1024
MAX_ORDINARY_BYTES = 4 * 1024
PSEUDONYM = "kq3mtx5d2aw7n4c6zr2yhb4eva"


def stored_bytes(deps: FakeDependencies, state: PartyState) -> int:
    """The size of a state's item as DynamoDB counts it, under the longest customer id."""
    write = state_write(deps.consents.table, "c" * 128, PSEUDONYM, state, PartyState())
    return item_size(write["Put"]["Item"])


@settings(max_examples=examples(1, 20), deadline=None, phases=[Phase.generate])
@given(st.integers(0, 2**32), st.permutations(sorted(ADVERSARIAL)))
def test_no_history_stores_more_than_64_kilobytes(seed: int, names: list[str]) -> None:
    rng, state, deps = random.Random(seed), PartyState(), FakeDependencies(None)  # noqa: S311

    for name in names[: None if CAMPAIGN else 1]:
        for rule in ADVERSARIAL[name](rng):
            # Only a grant is rejected, and only if the party has too many already.
            with suppress(OversizedConsentError) if rule.kind == "grant" else nullcontext():
                state = fitted(state, rule)
        assert stored_bytes(deps, state) <= MAX_ITEM_BYTES

    withdrawn = fitted(state, rule_of(rng, "withdrawal", uses="all", data="all"))
    assert {withdrawn.status(use, leaf, at=NOW) for use, leaf in CELLS} == {"withdrawn"}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_a_history_stays_below_64_kilobytes_and_each_denial_is_in_force(name: str) -> None:
    rng, state, deps = random.Random(7), PartyState(), FakeDependencies(None)  # noqa: S311

    for number, rule in enumerate(ADVERSARIAL[name](rng)):
        try:
            state = fitted(state, rule)
        except OversizedConsentError:
            assert rule.kind == "grant"
            continue
        if number % 20 == 0:
            assert stored_bytes(deps, state) <= MAX_ITEM_BYTES
        if rule.kind != "grant":
            denied = {state.status(use, leaf, at=NOW) for use, leaf in cells_of(rule)}
            assert denied <= {"refused", "withdrawn"}


def cells_of(rule: ConsentRule) -> Iterator[tuple[Any, str]]:
    """The uses and categories of a rule."""
    for use in EVERY_USE:
        for leaf in vocabulary().leaves:
            if (use.operation, use.service, leaf) in rule.consent_scope:
                yield use, leaf


@st.composite
def ordinary_events(draw: st.DrawFn) -> EventWithForm:
    """An event with a UUID as its id."""
    event, form = draw(consent_events())
    return event.model_copy(update={"consent_event_id": str(draw(st.uuids()))}), form


@settings(max_examples=examples(40, 1000), deadline=None)
@given(st.lists(ordinary_events(), max_size=12), st.integers(0, 120))
def test_an_ordinary_party_stores_at_most_4_kilobytes(
    events: list[EventWithForm], renewals: int
) -> None:
    state, at, deps = PartyState(), NOW, FakeDependencies(None)

    last = consent_event("g", "grant", data=list(EVERY_NODE), **SIGNED)
    for number, (event, form) in enumerate([*events, *((last, FORM) for _ in range(renewals))]):
        at += timedelta(days=1, seconds=7919 * number, microseconds=number * 999_331)
        state = fitted(state, build_rule(event, form, at=at))

    assert stored_bytes(deps, state) <= MAX_ORDINARY_BYTES


@settings(max_examples=examples(100, 5000), deadline=None)
@given(
    st.lists(st.tuples(consent_events(), HOURS, st.none() | HOURS), max_size=8),
    st.integers(200, 1500),
    st.lists(HOURS, min_size=1, max_size=3),
    st.none() | HOURS,
)
def test_a_merged_state_is_never_milder_than_the_whole_one(
    history: list[tuple[EventWithForm, datetime, datetime | None]],
    max_bytes: int,
    moments: list[datetime],
    invalidated_before: datetime | None,
) -> None:
    whole = merged = PartyState()
    for (event, form), at, done_at in history:
        rule = build_rule(event.model_copy(update={"done_at": done_at}), form, at=at)
        later = state_after(whole, rule)
        try:
            merged = fitted(merged, rule, max_bytes)
        except OversizedConsentError:
            continue  # A grant that was rejected is in neither state.
        whole = later

    assert merged.version == whole.version
    for use, leaf in CELLS:
        decides, stored = whole.rule_for(use, leaf), merged.rule_for(use, leaf)
        for at in moments:
            status = whole.status(use, leaf, at=at, invalidated_before=invalidated_before)
            strict = merged.status(use, leaf, at=at, invalidated_before=invalidated_before)
            assert STRICTNESS[strict] >= STRICTNESS[status]
            if strict in GIVEN:
                assert decides is not None
                assert stored is not None
                assert stored.until == decides.until
                since = decides.covered_since(invalidated_before)
                assert stored.covered_since(invalidated_before) >= since


@settings(max_examples=examples(100, 5000), deadline=None)
@given(
    st.lists(st.tuples(consent_events(), HOURS), min_size=1, max_size=8),
    st.lists(HOURS, min_size=1, max_size=3),
)
def test_merging_changes_no_status_now(
    history: list[tuple[EventWithForm, datetime]], moments: list[datetime]
) -> None:
    state = PartyState()
    for (event, form), at in history:
        state = state_after(state, build_rule(event, form, at=at))

    merged = PartyState(
        state.version, fit_rules(state.rules, ConsentEventKind.REFUSAL, max_bytes=0)
    )

    read = PartyState(state.version, decode_rules(encode_rules(merged.rules)))
    assert sum(rule.kind is not ConsentEventKind.GRANT for rule in merged.rules) <= 2
    for use, leaf in CELLS:
        rule, stored = state.rule_for(use, leaf), read.rule_for(use, leaf)
        assert (rule is None) == (stored is None)
        for at in moments:
            assert read.status(use, leaf, at=at) is state.status(use, leaf, at=at)
            if rule and stored and rule.kind is ConsentEventKind.GRANT:
                assert stored.covered_since() == rule.covered_since()
                assert stored.until == rule.until


def test_a_merged_denial_covers_words_that_the_vocabulary_gains_later() -> None:
    with using(lambda: SMALLER):
        state = PartyState()
        for name, data in (("a", "customer_content"), ("b", "service_generated")):
            event = consent_event(name, "refusal", uses="all", data=[data])
            state = state_after(state, build_rule(event, None, at=NOW))
        stored = encode_rules(fit_rules(state.rules, ConsentEventKind.REFUSAL, max_bytes=0))

    read = PartyState(2, decode_rules(stored))

    for use, leaf in CELLS:
        assert read.status(use, leaf, at=NOW) in {"refused", "never_asked"}
    assert read.status(EVERY_USE[-1], DataCategory.TELEMETRY, at=NOW) == "refused"


def test_a_run_in_a_large_state_keeps_its_first_time_and_its_last_ones() -> None:
    state = PartyState()
    for day in range(20):
        grant = consent_event(f"g{day}", "grant", **SIGNED)
        state = state_after(state, build_rule(grant, FORM, at=NOW + timedelta(days=day)))

    (rule,) = fit_rules(state.rules, ConsentEventKind.REFUSAL, max_bytes=0)

    days = [0, *range(20)[1 - SHORT_RUN :]]
    assert rule.run == tuple(NOW + timedelta(days=day) for day in days)


def test_what_compresses_to_almost_nothing_is_still_readable() -> None:
    run = tuple(NOW + timedelta(days=day, microseconds=1) for day in range(450))
    rules = tuple(
        ConsentRule(f"{n}", ConsentEventKind.GRANT, NOW, frozenset({cell}), run=run)
        for n, cell in enumerate(
            (use.operation, use.service, leaf) for use in EVERY_USE for leaf in vocabulary().leaves
        )
    )
    assert len(encode_rules(rules)) < MAX_RULES_BYTES

    stored = encode_rules(fit_rules(rules, ConsentEventKind.GRANT))

    assert len(decode_rules(stored)) == len(rules)


def test_a_state_that_was_stored_uncompressed_is_read() -> None:
    text = json.dumps(
        [
            {
                "consent_event": "w",
                "kind": "withdrawal",
                "at": "2026-03-01T12:00:00Z",
                "express": False,
                "covers_collected": "from_grant",
                "until": None,
                "done_at": None,
                "denied_at": "2026-03-01T12:00:00Z",
                "denied_ahead": None,
                "run": [],
                "wording": {"uses": "all", "data": "all"},
                "blocks": [],
            }
        ]
    )

    state = decode_state({"version": 1, "rules": text})

    assert {state.status(use, leaf, at=NOW) for use, leaf in CELLS} == {"withdrawn"}


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-5], lambda b: b[:10] + b"\0" + b[11:], lambda _: b""],
    ids=["cut", "changed", "empty"],
)
def test_damaged_rules_are_unavailable(damage: Callable[[bytes], bytes]) -> None:
    rule = build_rule(consent_event("w", "withdrawal"), None, at=NOW)
    stored = encode_rules((rule,))

    with pytest.raises(UnavailableError):
        decode_rules(damage(stored))

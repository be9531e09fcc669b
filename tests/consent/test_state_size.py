"""What is stored of a party's consent is bounded, and a merged state is never milder than the whole one."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.items import decode_state, state_key, state_write
from consentry.consent.rule_codec import decode_rules, encode_rules
from consentry.consent.rules import ConsentRule
from consentry.consent.state_size import MAX_RULES_BYTES, SHORT_RUN, fit_rules
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.inputs import GIVEN
from consentry.kernel.errors import OversizedConsentError, UnavailableError
from consentry.kernel.vocabulary import STRICTNESS, vocabulary
from tests.testkit.builders.dependencies import (
    ACME,
    FORM,
    NOW,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb_tables import item_size
from tests.testkit.meeting_words import EVERY_NODE, EVERY_USE, SMALLER, DataCategory
from tests.testkit.strategies import HOURS, EventWithForm, consent_events

MAX_ITEM_BYTES = 64 * 1024
MAX_ORDINARY_BYTES = 4 * 1024
PSEUDONYM = "kq3mtx5d2aw7n4c6zr2yhb4eva"
SIGNED = {"form_id": "0" * 64, "signature": "click"}
USES = [use.model_dump() for use in EVERY_USE]
NODES = list(vocabulary().data_categories)
CELLS = tuple(product(EVERY_USE, DataCategory))
BOUNDARY = timedelta(hours=1)

type Fold = Callable[[PartyState, ConsentRule], PartyState]


def stored_bytes(deps: FakeDependencies, state: PartyState) -> int:
    """The size of a state's item as DynamoDB counts it, under the longest customer id."""
    write = state_write(deps.consents.table, "c" * 128, PSEUDONYM, state, PartyState())
    return item_size(write["Put"]["Item"])


def fitted(state: PartyState, rule: ConsentRule, max_bytes: int = MAX_RULES_BYTES) -> PartyState:
    """The state that is stored after an event."""
    later = state_after(state, rule)
    return PartyState(later.version, fit_rules(later.rules, rule.kind, max_bytes=max_bytes))


def long_id(rng: random.Random) -> str:
    """An id of 128 characters that does not compress."""
    return "a" + "".join(
        rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-")
        for _ in range(127)
    )


def denials_of_pairs(rng: random.Random) -> Iterator[ConsentRule]:
    """Refusals and withdrawals, each with the last word on another pair of a use and a node."""
    uses: list[Any] = ["all", *([use] for use in USES)]
    data: list[Any] = ["all", *([node] for node in NODES)]
    for some_uses, nodes in reversed(list(product(uses, data))):
        kind = rng.choice(["refusal", "withdrawal"])
        yield rule_of(rng, kind, uses=some_uses, data=nodes)


def grants_of_cells(rng: random.Random) -> Iterator[ConsentRule]:
    """Grants, each of one use of one category."""
    for use, leaf in CELLS:
        until = NOW + timedelta(days=999, microseconds=rng.randrange(10**12))
        yield rule_of(rng, "grant", uses=[use.model_dump()], data=[leaf], until=until)


def renewals_of_cells(rng: random.Random) -> Iterator[ConsentRule]:
    """Grants that renew the same uses of the same categories again and again, each on its own."""
    for _ in range(12):
        yield from islice(grants_of_cells(rng), 60)


def some_of_everything(rng: random.Random) -> Iterator[ConsentRule]:
    """Events of any kind on any uses and categories, done at any time, that correct earlier ones."""
    ids = list[str]()
    for _ in range(400):
        kind = rng.choice(["grant", "grant", "refusal", "withdrawal"])
        training = [use for use in USES if use["operation"] != "infer"]
        fields: dict[str, Any] = {
            "uses": rng.choices(training, k=rng.randint(1, 5)),
            "data": rng.choices(NODES, k=rng.randint(1, 3)),
        }
        if kind != "grant" and rng.random() < 0.1:
            fields |= {"uses": "all"}
        if ids and rng.random() < 0.1:
            fields |= {"corrects": rng.choice(ids)}
        if rng.random() < 0.5:
            fields |= {"done_at": NOW - timedelta(microseconds=rng.randrange(10**13))}
        rule = rule_of(rng, kind, **fields)
        ids.append(rule.consent_event_id)
        yield rule


def rule_of(rng: random.Random, kind: str, **fields: Any) -> ConsentRule:
    """The rule of an event with a long id, signed if it is a grant."""
    times = {name: fields[name].isoformat() for name in ("until", "done_at") if name in fields}
    event = consent_event(long_id(rng), kind, **(fields | times))
    at = NOW + timedelta(microseconds=rng.randrange(10**12))
    if kind == "grant":
        event = event.model_copy(update=SIGNED)
    return build_rule(event, FORM, at=at)


ADVERSARIAL = {
    each.__name__: each
    for each in (denials_of_pairs, grants_of_cells, renewals_of_cells, some_of_everything)
}


@settings(max_examples=examples(2, 40), deadline=None)
@given(seed=st.integers(0, 2**32), events=st.permutations(sorted(ADVERSARIAL)))
def test_no_history_stores_more_than_64_kilobytes(seed: int, events: list[str]) -> None:
    rng, state, deps = random.Random(seed), PartyState(), FakeDependencies(None)
    rejected = 0

    for name in events:
        for rule in ADVERSARIAL[name](rng):
            try:
                state = fitted(state, rule)
            except OversizedConsentError:
                assert rule.kind is ConsentEventKind.GRANT
                rejected += 1
        assert stored_bytes(deps, state) <= MAX_ITEM_BYTES

    everything = rule_of(rng, "withdrawal", uses="all", data="all")
    assert len(fitted(state, everything).rules) == 1


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_every_step_stays_below_64_kilobytes_and_no_denial_is_rejected(name: str) -> None:
    rng, state, deps = random.Random(7), PartyState(), FakeDependencies(None)

    for rule in ADVERSARIAL[name](rng):
        state = fitted(state, rule)

        assert stored_bytes(deps, state) <= MAX_ITEM_BYTES
        if rule.kind is not ConsentEventKind.GRANT:
            assert {state.status(use, leaf, at=NOW) for use, leaf in cells_of(rule)} <= {
                "refused",
                "withdrawn",
            }


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
        rule, stored = whole.rule_for(use, leaf), merged.rule_for(use, leaf)
        for at in moments:
            status = whole.status(use, leaf, at=at, invalidated_before=invalidated_before)
            strict = merged.status(use, leaf, at=at, invalidated_before=invalidated_before)
            assert STRICTNESS[strict] >= STRICTNESS[status]
            if strict in GIVEN:
                assert rule is not None
                assert stored is not None
                assert stored.until == rule.until
                assert stored.covered_since(invalidated_before) >= rule.covered_since(
                    invalidated_before
                )


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
    from consentry.kernel.vocabulary import using

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


def test_a_long_run_in_a_large_state_keeps_its_first_time() -> None:
    state = PartyState()
    for day in range(20):
        grant = consent_event(f"g{day}", "grant", **SIGNED)
        at = NOW + timedelta(days=day)
        state = fitted(state, build_rule(grant, FORM, at=at), max_bytes=250)

    ((run,),) = ({rule.run for rule in state.rules},)

    assert run[0] == NOW
    assert len(run) == SHORT_RUN
    assert run[-1] == NOW + timedelta(days=19)


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

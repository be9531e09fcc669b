"""Promises 1 to 3 hold in every interleaving of the DynamoDB calls, with faults at any call."""

import pytest

from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving.decision_scenarios import (
    GRANTED,
    Decide,
    scenarios,
    three_actor_scenarios,
)
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.known_bad_decisions import (
    answered_before_logged,
    cached_result_replayed,
    no_last_look,
    one_reading_only,
    revision_put_without_condition,
    stale_second_reading,
)
from tests.testkit.interleaving.linearizability import (
    ALLOW,
    DENY,
    DONE,
    Event,
    Ledger,
    Operation,
    canonical,
    deliveries_of,
    linearizable,
)
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1


def explore(scenario: Scenario, faults: int) -> None:
    explorer = Explorer(scenario, faults)
    count = explorer.schedules()
    print(f"{count:,} schedules with up to {faults} faults, {len(explorer.visited):,} states")
    assert count > len(explorer.visited) > 30


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_breaks_a_decision_guarantee(scenario: str) -> None:
    explore(scenarios()[scenario], FAULTS)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.parametrize("scenario", three_actor_scenarios())
def test_no_interleaving_of_three_actors_breaks_a_decision_guarantee(scenario: str) -> None:
    # Outside a campaign, the one with the most steps runs without faults.
    faults = 1 if CAMPAIGN or "grants again" not in scenario else 0
    explore(three_actor_scenarios()[scenario], faults)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "variant",
    [
        answered_before_logged,
        cached_result_replayed,
        one_reading_only,
        stale_second_reading,
        no_last_look,
        revision_put_without_condition,
    ],
)
def test_known_bad_decision_variants_are_caught(variant: Decide) -> None:
    every = {**scenarios(variant), **three_actor_scenarios(variant)}

    violation = find_violation(every.values(), max_faults=1)

    assert violation
    print(violation)


WITHDRAWAL = Operation("withdrawal", "w")
REQUEST = Operation("decide", "r")


def event(operation: Operation, answer: str | None = None) -> Event:
    return Event((operation.id,), operation, answer)


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    ("answer", "explained"), [(ALLOW, False), (DENY, True)], ids=["allowed", "denied"]
)
def test_linearizability_rejects_an_allow_after_a_returned_withdrawal(
    answer: str, explained: bool
) -> None:
    history = (event(WITHDRAWAL), event(WITHDRAWAL, DONE), event(REQUEST), event(REQUEST, answer))

    assert linearizable(deliveries_of(history), Ledger((GRANTED,))) is explained


@pytest.mark.parametrize("answer", [ALLOW, DENY])
def test_linearizability_accepts_either_order_of_concurrent_deliveries(answer: str) -> None:
    history = (event(WITHDRAWAL), event(REQUEST), event(REQUEST, answer), event(WITHDRAWAL, DONE))

    assert linearizable(deliveries_of(history), Ledger((GRANTED,)))


def test_linearizability_lets_an_unreturned_withdrawal_happen_or_not() -> None:
    history = (event(WITHDRAWAL), event(REQUEST), event(REQUEST, DENY))

    assert linearizable(deliveries_of(history), Ledger((GRANTED,)))
    assert linearizable(deliveries_of((*history[:2], event(REQUEST, ALLOW))), Ledger((GRANTED,)))


def test_equal_histories_have_one_canonical_form() -> None:
    begins = event(WITHDRAWAL), event(REQUEST)
    answers = event(REQUEST, DENY), event(WITHDRAWAL, DONE)

    reordered = (*begins[::-1], *answers[::-1])

    assert canonical(reordered) == canonical((*begins, *answers))
    assert canonical((begins[0], answers[1], begins[1], answers[0])) == (
        *(begins[0], answers[1]),
        *(begins[1], answers[0]),
    )

"""Promises 1 to 3 hold in every interleaving of the DynamoDB calls, with faults at any call."""

import pytest

from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving.decision_scenarios import (
    GRANTED,
    Decide,
    decide_with_epoch_checks,
    scenarios,
    three_actor_scenarios,
)
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.known_bad_decisions import (
    answered_before_logged,
    cached_result_replayed,
    states_read_before_epochs,
    strong_read_then_put,
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


@pytest.fixture
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 2 epochs instead of 16, a decision takes fewer steps."""
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)


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
    explore(three_actor_scenarios()[scenario], 1)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.usefixtures("few_epochs")
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_with_epoch_checks_breaks_a_guarantee(scenario: str) -> None:
    explore(scenarios(decide_with_epoch_checks)[scenario], FAULTS)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "variant", [answered_before_logged, strong_read_then_put, cached_result_replayed]
)
def test_known_bad_decision_variants_are_caught(variant: Decide) -> None:
    violation = find_violation(scenarios(variant).values(), max_faults=1)

    assert violation
    print(violation)


@pytest.mark.promise(2)
@pytest.mark.usefixtures("few_epochs")
def test_a_variant_that_reads_epochs_too_late_is_caught() -> None:
    violation = find_violation(scenarios(states_read_before_epochs).values(), max_faults=1)

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

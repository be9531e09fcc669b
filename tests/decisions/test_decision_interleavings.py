"""Promises 1 to 3, under every interleaving of the stores' calls with up to two faults at any of them."""

import pytest

from consentry.consent import items
from consentry.decisions import decide
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving import known_bad_decisions
from tests.testkit.interleaving.decision_scenarios import (
    GRANTED,
    Deciding,
    scenarios,
    three_actor_scenarios,
)
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.linearizability import (
    ALLOW,
    DENY,
    DONE,
    Event,
    Ledger,
    Operation,
    deliveries_of,
    linearizable,
)
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1


@pytest.fixture
def with_epoch_preconditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parties are many, so that every decision is committed on its customer's epochs."""
    monkeypatch.setattr(decide, "MAX_VERSION_CHECKS", 1)
    monkeypatch.setattr(items, "EPOCHS", 2)


def explored(scenario: Scenario, faults: int) -> None:
    explorer = Explorer(scenario, faults)
    count = explorer.schedules()
    print(f"{count:,} schedules with up to {faults} faults, {len(explorer.visited):,} situations")
    assert count > len(explorer.visited) > 30


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_breaks_a_decision_guarantee(story: str) -> None:
    explored(scenarios()[story], FAULTS)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.parametrize("story", three_actor_scenarios())
def test_no_interleaving_of_three_actors_breaks_a_decision_guarantee(story: str) -> None:
    explored(three_actor_scenarios()[story], 1)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.usefixtures("with_epoch_preconditions")
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_with_epoch_preconditions_breaks_a_guarantee(story: str) -> None:
    explored(scenarios()[story], FAULTS)


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "variant",
    [
        known_bad_decisions.answered_before_logged,
        known_bad_decisions.strong_read_then_put,
        known_bad_decisions.cached_result_replayed,
    ],
    ids=lambda variant: str(variant.__name__),
)
def test_known_bad_decision_variants_are_caught(variant: Deciding) -> None:
    violation = counterexample(variant)

    assert violation is not None
    print(f"{variant.__name__}: {violation}")


@pytest.mark.promise(2)
@pytest.mark.usefixtures("with_epoch_preconditions")
def test_a_variant_that_reads_epochs_too_late_is_caught() -> None:
    violation = counterexample(known_bad_decisions.states_read_before_epochs)

    assert violation is not None
    print(f"states_before_epochs: {violation}")


def counterexample(variant: Deciding) -> Violation | None:
    """The first that is found, with as few faults as it takes."""
    for faults in range(FAULTS + 1):
        for scenario in scenarios(variant).values():
            try:
                Explorer(scenario, faults).schedules()
            except Violation as violation:
                return violation
    return None


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

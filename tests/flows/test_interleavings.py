"""Promises 1 to 3, under every interleaving of the stores' calls with up to two faults at any of them."""

import pytest

from consentry.consent import items as dynamodb_items
from consentry.decisions import decide
from tests.fakes.history import ALLOW, DENY, DONE, Event, Ledger, Operation, linearizable, spent_of
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.situations import Scenario
from tests.flows import twins
from tests.flows.scenarios import GRANTED, Deciding, crowded, scenarios

FAULTS = 2


@pytest.fixture
def by_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parties are many, so that every decision is committed on its customer's epochs."""
    monkeypatch.setattr(decide, "MOST_CHECKED_ONE_BY_ONE", 1)
    monkeypatch.setattr(dynamodb_items, "EPOCHS", 2)


def explored(scenario: Scenario, faults: int) -> None:
    explorer = Explorer(scenario, faults)
    count = explorer.schedules()
    print(f"{count:,} schedules with up to {faults} faults, {len(explorer.judged):,} situations")
    assert count > len(explorer.judged) > 30


@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_breaks_a_promise(story: str) -> None:
    explored(scenarios()[story], FAULTS)


@pytest.mark.parametrize("story", crowded())
def test_no_schedule_of_three_breaks_a_promise(story: str) -> None:
    explored(crowded()[story], 1)


@pytest.mark.usefixtures("by_epochs")
@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_breaks_a_promise_on_epochs(story: str) -> None:
    explored(scenarios()[story], FAULTS)


@pytest.mark.parametrize(
    "twin",
    [twins.answer_then_log, twins.strong_read_then_put, twins.stored_result_replayed],
    ids=lambda twin: str(twin.__name__),
)
def test_a_vulnerable_twin_is_caught(twin: Deciding) -> None:
    violation = counterexample(twin)

    assert violation is not None
    print(f"{twin.__name__}: {violation}")


@pytest.mark.usefixtures("by_epochs")
def test_epochs_read_too_late_are_caught() -> None:
    violation = counterexample(twins.states_before_epochs)

    assert violation is not None
    print(f"states_before_epochs: {violation}")


def counterexample(twin: Deciding) -> Violation | None:
    """The first that is found, with as few faults as it takes."""
    for faults in range(FAULTS + 1):
        for scenario in scenarios(twin).values():
            try:
                Explorer(scenario, faults).schedules()
            except Violation as violation:
                return violation
    return None


WITHDRAWAL = Operation("withdrawal", "w")
REQUEST = Operation("decide", "r")


def event(operation: Operation, answer: str | None = None) -> Event:
    return Event((operation.id,), operation, answer)


@pytest.mark.parametrize(
    ("answer", "explained"), [(ALLOW, False), (DENY, True)], ids=["allowed", "denied"]
)
def test_a_request_after_a_withdrawal_that_returned(answer: str, explained: bool) -> None:
    history = (event(WITHDRAWAL), event(WITHDRAWAL, DONE), event(REQUEST), event(REQUEST, answer))

    assert linearizable(spent_of(history), Ledger((GRANTED,))) is explained


@pytest.mark.parametrize("answer", [ALLOW, DENY])
def test_a_request_during_a_withdrawal_may_be_before_or_after_it(answer: str) -> None:
    history = (event(WITHDRAWAL), event(REQUEST), event(REQUEST, answer), event(WITHDRAWAL, DONE))

    assert linearizable(spent_of(history), Ledger((GRANTED,)))


def test_a_withdrawal_that_never_answered_may_have_happened_or_not() -> None:
    history = (event(WITHDRAWAL), event(REQUEST), event(REQUEST, DENY))

    assert linearizable(spent_of(history), Ledger((GRANTED,)))
    assert linearizable(spent_of((*history[:2], event(REQUEST, ALLOW))), Ledger((GRANTED,)))

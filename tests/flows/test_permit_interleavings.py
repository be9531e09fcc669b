"""A permit redeemed at any moment of a withdrawal, its retries and its faults: never after one that returned."""

from collections.abc import Mapping

import pytest

from tests.fakes.history import Ledger
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.situations import Scenario
from tests.flows import issuing
from tests.flows import permit_twins as twins
from tests.flows.redeeming import RedeemFlow, issued, redeeming, scenarios, screened
from tests.flows.scenarios import GRANTED, WITHDRAWAL

FAULTS = 2


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs do as sixteen would, in fewer steps."""
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)
    screened.cache_clear()


@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_redeems_after_a_withdrawal_that_returned(story: str) -> None:
    explorer = Explorer(scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.judged):,} situations")
    assert count > len(explorer.judged) > 30


def test_no_schedule_of_three_redeems_after_a_withdrawal_that_returned() -> None:
    one, then = (redeeming(),), (redeeming(), redeeming("run-2"))
    crowd = Scenario(issued, Ledger((GRANTED,)), (one, one, (WITHDRAWAL,)), then)

    assert Explorer(crowd, 0).schedules() > 30


@pytest.mark.parametrize(
    "twin", [twins.epochs_read_then_put, twins.redemption_replayed, twins.told_before_it_is_kept]
)
def test_a_vulnerable_twin_is_caught(twin: RedeemFlow) -> None:
    with pytest.raises(Violation) as found:
        explore(scenarios(twin))

    print(f"{twin.__name__}: {found.value}")


@pytest.mark.parametrize("story", issuing.scenarios())
def test_no_schedule_issues_or_redeems_what_moved_or_was_revoked(story: str) -> None:
    explorer = Explorer(issuing.scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.judged):,} situations")
    assert count > len(explorer.judged) > 30


@pytest.mark.parametrize(
    "twin", [issuing.kept_unfenced, issuing.kept_trusted, issuing.own_handed_out]
)
def test_a_vulnerable_twin_that_issues_is_caught(twin: issuing.Issuing) -> None:
    with pytest.raises(Violation) as found:
        explore(issuing.scenarios(twin))

    print(f"{twin.__name__}: {found.value}")


def explore(stories: Mapping[str, Scenario]) -> None:
    for scenario in stories.values():
        Explorer(scenario, 1).schedules()

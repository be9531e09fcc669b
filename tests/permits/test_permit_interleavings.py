"""A permit redeemed at any moment of a withdrawal, its retries and its faults: never after one that returned."""

from collections.abc import Mapping

import pytest

from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving import issue_permit_scenarios
from tests.testkit.interleaving import known_bad_redemptions as twins
from tests.testkit.interleaving.decision_scenarios import GRANTED, WITHDRAWAL
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.linearizability import Ledger
from tests.testkit.interleaving.redemption_scenarios import (
    RedeemFlow,
    issued,
    redeeming,
    scenarios,
    screened,
)
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs do as sixteen would, in fewer steps."""
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)
    screened.cache_clear()


@pytest.mark.promise(2)
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_redeems_a_permit_after_a_returned_withdrawal(story: str) -> None:
    explorer = Explorer(scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.visited):,} situations")
    assert count > len(explorer.visited) > 30


@pytest.mark.promise(2)
def test_no_interleaving_of_three_actors_redeems_after_a_returned_withdrawal() -> None:
    one, then = (redeeming(),), (redeeming(), redeeming("run-2"))
    crowd = Scenario(issued, Ledger((GRANTED,)), (one, one, (WITHDRAWAL,)), then)

    assert Explorer(crowd, 0).schedules() > 30


@pytest.mark.parametrize(
    "variant",
    [twins.epochs_read_then_put, twins.cached_redemption_replayed, twins.answered_before_stored],
)
def test_known_bad_redemption_variants_are_caught(variant: RedeemFlow) -> None:
    with pytest.raises(Violation) as found:
        explore(scenarios(variant))

    print(f"{variant.__name__}: {found.value}")


@pytest.mark.parametrize("story", issue_permit_scenarios.scenarios())
def test_no_interleaving_issues_or_redeems_a_changed_or_revoked_permit(story: str) -> None:
    explorer = Explorer(issue_permit_scenarios.scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.visited):,} situations")
    assert count > len(explorer.visited) > 30


@pytest.mark.parametrize(
    "variant",
    [
        issue_permit_scenarios.issued_without_preconditions,
        issue_permit_scenarios.reissued_without_recheck,
        issue_permit_scenarios.own_permit_returned,
    ],
)
def test_known_bad_issuing_variants_are_caught(variant: issue_permit_scenarios.Issuing) -> None:
    with pytest.raises(Violation) as found:
        explore(issue_permit_scenarios.scenarios(variant))

    print(f"{variant.__name__}: {found.value}")


def explore(stories: Mapping[str, Scenario]) -> None:
    for scenario in stories.values():
        Explorer(scenario, 1).schedules()

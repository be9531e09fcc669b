"""No interleaving issues or redeems a permit after a withdrawal has returned."""

from datetime import timedelta

import pytest

from tests.testkit.campaign import CAMPAIGN
from tests.testkit.interleaving import issue_permit_scenarios, known_bad_redemptions
from tests.testkit.interleaving.decision_scenarios import GRANTED, WITHDRAWAL
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.linearizability import Ledger
from tests.testkit.interleaving.redemption_scenarios import (
    Redeem,
    first_grant_scenarios,
    issued,
    redemption_work,
    scenarios,
    screened,
)
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 2 epochs instead of 16, each operation takes fewer steps."""
    monkeypatch.setattr("consentry.consent.items.EPOCHS", 2)
    screened.cache_clear()


@pytest.mark.promise(2)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_redeems_a_permit_after_a_returned_withdrawal(scenario: str) -> None:
    explorer = Explorer(scenarios()[scenario], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.visited):,} states")
    assert count > len(explorer.visited) > 30


@pytest.mark.promise(2)
@pytest.mark.parametrize("scenario", first_grant_scenarios())
def test_a_first_grant_voids_a_permit_only_if_it_ends_before_the_permit(scenario: str) -> None:
    assert Explorer(first_grant_scenarios()[scenario], 0).schedules() > 5


def test_a_variant_without_an_epoch_for_a_grant_that_ends_soon_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("consentry.consent.status.DOWNGRADE_WINDOW", timedelta(0))

    violation = find_violation(first_grant_scenarios().values(), max_faults=0)

    assert violation
    print(violation)


def test_a_variant_with_an_epoch_for_every_grant_that_ends_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("consentry.consent.status.DOWNGRADE_WINDOW", timedelta(days=2))

    assert find_violation(first_grant_scenarios().values(), max_faults=0)


@pytest.mark.promise(2)
def test_no_interleaving_of_three_actors_redeems_after_a_returned_withdrawal() -> None:
    one, then = (redemption_work(),), (redemption_work(), redemption_work("run-2"))
    crowd = Scenario(issued, Ledger((GRANTED,)), (one, one, (WITHDRAWAL,)), then)

    assert Explorer(crowd, 0).schedules() > 30


@pytest.mark.parametrize(
    "variant",
    [
        known_bad_redemptions.epochs_read_then_put,
        known_bad_redemptions.cached_redemption_replayed,
        known_bad_redemptions.answered_before_stored,
    ],
)
def test_known_bad_redemption_variants_are_caught(variant: Redeem) -> None:
    violation = find_violation(scenarios(variant).values(), max_faults=1)

    assert violation
    print(violation)


@pytest.mark.parametrize("scenario", issue_permit_scenarios.scenarios())
def test_no_interleaving_issues_or_redeems_a_changed_or_revoked_permit(scenario: str) -> None:
    explorer = Explorer(issue_permit_scenarios.scenarios()[scenario], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {FAULTS} faults, {len(explorer.visited):,} states")
    assert count > len(explorer.visited) > 30


@pytest.mark.parametrize(
    "variant",
    [
        issue_permit_scenarios.issued_without_preconditions,
        issue_permit_scenarios.reissued_without_recheck,
        issue_permit_scenarios.own_permit_returned,
    ],
)
def test_known_bad_issuing_variants_are_caught(variant: issue_permit_scenarios.Issue) -> None:
    violation = find_violation(issue_permit_scenarios.scenarios(variant).values(), max_faults=1)

    assert violation
    print(violation)

"""A stored allow is replayed only under the terms that gave it."""

from dataclasses import replace

import pytest

from consentry.kernel.errors import RevokedPermitError
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import Ruling, TableEntry
from tests.testkit.builders.dependencies import FakeDependencies, library, use_request
from tests.testkit.builders.permits import allowed, redeem
from tests.testkit.builders.screenings import ScreeningDriver, row

TERMS = "announced"


def stricter() -> Library:
    """The same policy sets, but `announced` covers no use."""
    policy_set = library().policy_sets[TERMS]
    (table,) = policy_set.versions
    not_covered = tuple(TableEntry(Ruling.NOT_COVERED, ()) for _ in table.entries)
    stricter = replace(
        policy_set, versions=(replace(table, digest="sha256:other", entries=not_covered),)
    )
    return Library({**library().policy_sets, TERMS: stricter})


@pytest.mark.promise(3)
def test_a_replayed_allow_is_denied_under_stricter_truth_tables(deps: FakeDependencies) -> None:
    assert deps.decide(use_request()).allows

    again = replace(deps, library=stricter()).decide(use_request())

    assert (again.outcome, again.revision) == ("deny", 2)


def test_a_replayed_allow_is_denied_under_other_assigned_policy_sets(
    deps: FakeDependencies,
) -> None:
    assert deps.decide(use_request()).allows
    redeployed = FakeDependencies(deps.client, assignment=replace(deps.assignment, guardrails=()))

    again = redeployed.decide(use_request())

    assert (again.outcome, again.revision) == ("deny", 2)


def test_a_screening_is_superseded_under_stricter_truth_tables(deps: FakeDependencies) -> None:
    acme = ScreeningDriver(deps)
    acme.put([row("ann")])
    assert acme.screen().allows

    deps.library = stricter()
    again = acme.screen()

    assert (again.outcome, acme.report(again)["superseded"]) == ("deny", True)


def test_a_permit_is_not_redeemed_under_stricter_truth_tables(deps: FakeDependencies) -> None:
    _, permit = allowed(deps)
    redeem(deps, permit)

    deps.library = stricter()

    with pytest.raises(RevokedPermitError):
        redeem(deps, permit)

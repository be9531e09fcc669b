"""Consent events and new terms during a renewal run cause no superfluous event."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.consent.consent_event import person_of
from consentry.kernel.vocabulary import Operation
from consentry.renewal.renewal import ConsentRenewalDue
from consentry.terms.policy_set import Library, MaterialChange
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.renewals import DUE, LATER, granted_before, renew
from tests.testkit.builders.terms_versions import publish_version


@pytest.fixture
def invalidated(deps: FakeDependencies) -> FakeDependencies:
    return granted_before(deps)


def test_an_upcoming_change_does_not_start_another_renewal_run(
    invalidated: FakeDependencies,
) -> None:
    renew(invalidated, lambda due: None)
    changed = publish_version(invalidated, "announced", at=LATER)
    policy_set = changed.library.policy_sets["announced"]
    upcoming = MaterialChange(LATER + timedelta(days=1), Operation.FINE_TUNE)
    policy_sets = {"announced": replace(policy_set, material=(*policy_set.material, upcoming))}
    with_upcoming = FakeDependencies(
        invalidated.client, library=Library({**changed.library.policy_sets, **policy_sets})
    )

    assert renew(with_upcoming, lambda due: None) == 0


def test_a_person_who_withdraws_during_a_renewal_run_is_skipped(
    invalidated: FakeDependencies,
) -> None:
    published: list[str | None] = []

    def publish(due: ConsentRenewalDue) -> None:
        if not published:
            invalidated.record(
                consent_event("w", "withdrawal", person="p9", uses="all", data="all"), at=LATER
            )
        published.append(person_of(due.party))

    assert renew(invalidated, publish) == len(DUE) - 1
    assert "p9" not in published

"""While renewals are told, people act and terms are announced: nobody is told for nothing, or told anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.kernel.vocabulary import Operation
from consentry.renewal.renewal import ConsentRenewalDue
from consentry.terms.material_changes import MaterialChange
from consentry.terms.truth_table import Library
from tests.fakes.worlds import World, consent_event
from tests.flows.publishing import changed
from tests.flows.renewing import DUE, LATER, granted_before, renew


@pytest.fixture
def invalidated(deps: World) -> World:
    return granted_before(deps)


def test_a_change_that_is_still_to_come_makes_no_telling_another(invalidated: World) -> None:
    renew(invalidated, lambda due: None)
    once_more = changed(invalidated, "announced", at=LATER)
    policy_set = once_more.library.policy_sets["announced"]
    coming = MaterialChange(LATER + timedelta(days=1), Operation.FINE_TUNE)
    policy_sets = {"announced": replace(policy_set, material=(*policy_set.material, coming))}
    declared = World(
        invalidated.client, library=Library({**once_more.library.policy_sets, **policy_sets})
    )

    assert renew(declared, lambda due: None) == 0


def test_who_withdrew_while_others_were_told_is_not_told(invalidated: World) -> None:
    told: list[str | None] = []

    def publish(due: ConsentRenewalDue) -> None:
        if not told:
            invalidated.record(
                consent_event("w", "withdrawal", person="p9", uses="all", data="all"), at=LATER
            )
        told.append(due.person)

    assert renew(invalidated, publish) == len(DUE) - 1
    assert "p9" not in told

"""Promise 5: a material change of terms voids the consents it names, and only those, until renewed."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.decisions.decision import reevaluate
from consentry.screening.screening_decision import reevaluate_screening
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.builders.terms_versions import publish_version
from tests.testkit.meeting_words import DataCategory

HOUR = timedelta(hours=1)
EARLIER, LATER = NOW - HOUR, NOW + HOUR
AUDIO = DataCategory.AUDIO


@pytest.mark.promise(5)
@pytest.mark.parametrize("name", ["announced", "house"])
def test_a_material_change_of_assigned_terms_invalidates_earlier_grants(
    deps: FakeDependencies, name: str
) -> None:
    published = publish_version(deps, name)

    decision = published.decide(use_request())

    assert not decision.allows
    assert decision.evidence.customer.statuses == {AUDIO: "invalidated"}
    assert reevaluate(decision, published.library) == decision


@pytest.mark.promise(5)
def test_an_immaterial_or_unassigned_change_invalidates_nothing(
    deps: FakeDependencies,
) -> None:
    assert publish_version(deps, "announced", material=False).decide(use_request("typo")).allows
    assert publish_version(deps, "zoom-terms").decide(use_request("another")).allows


@pytest.mark.promise(5)
def test_a_material_change_invalidates_only_the_uses_it_names(deps: FakeDependencies) -> None:
    infer: dict[str, Any] = {"operation": "infer", "service": "meeting_summary"}
    deps.grant(consent_event_id="opted-in", uses=[infer])
    published = publish_version(deps, "announced")

    assert published.decide(use_request(use=infer)).allows
    assert not published.decide(use_request("r-2")).allows


@pytest.mark.promise(5)
def test_a_renewed_grant_counts_again_without_rewriting_rows(deps: FakeDependencies) -> None:
    published = publish_version(deps, "announced")
    before = deps.consents.states(ACME, ("customer",))
    assert not published.decide(use_request()).allows
    assert deps.consents.states(ACME, ("customer",)) == before

    published.grant(consent_event_id="renewed", at=NOW)

    assert published.decide(use_request("r-2"), at=NOW + SECOND).allows


@pytest.mark.promise(5)
def test_an_allow_expires_at_the_next_material_change(deps: FakeDependencies) -> None:
    published = publish_version(deps, "announced", at=NOW + SECOND)
    allowed = published.decide(use_request())

    late = published.decide(use_request(), at=NOW + SECOND)

    assert (allowed.allows, allowed.expires_at) == (True, NOW + SECOND)
    assert (late.allows, late.revision) == (False, 2)


@pytest.mark.promise(5)
def test_an_allow_from_before_a_published_change_is_not_replayed(deps: FakeDependencies) -> None:
    assert deps.decide(use_request()).allows

    again = publish_version(deps, "announced", at=EARLIER + HOUR).decide(
        use_request(), at=NOW + SECOND
    )

    assert (again.allows, again.revision) == (False, 2)


def test_a_persons_invalidated_grant_has_status_invalidated(deps: FakeDependencies) -> None:
    signed = {"form_id": FORM_SHA256, "signature": "click"}
    deps.record(consent_event("anns", "grant", person="ann", **signed), at=EARLIER)
    published = publish_version(deps, "announced", at=NOW - SECOND)
    assert deps.decide(use_request("before")).evidence.people[0].statuses[AUDIO] == "granted"

    decision = published.decide(use_request())

    assert decision.evidence.people[0].statuses[AUDIO] == "invalidated"


def test_a_screening_applies_a_material_change_like_a_decision(deps: FakeDependencies) -> None:
    screening_driver = ScreeningDriver(deps)
    screening_driver.put([row("ann")])
    assert screening_driver.screen().allows
    published = ScreeningDriver(publish_version(deps, "announced"), screening_driver.store)

    repeated, new = published.screen(at=NOW + SECOND), published.screen(screening("s-2"))

    assert (repeated.allows, repeated.revision) == (False, 2)
    assert not new.allows
    assert new.row_patterns[0].evidence.customer.statuses == {AUDIO: "invalidated"}
    assert reevaluate_screening(new, published.deps.library) == new

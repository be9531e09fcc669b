"""Promise 5: a material change of terms voids the consents it names, and only those, until renewed."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.decisions.decision import reevaluate
from consentry.kernel.vocabulary import DataCategory
from consentry.screening.screening_decision import reevaluate_screening
from tests.fakes.screenings import Screened, row, screening
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, asked, consent_event
from tests.flows.publishing import changed

HOUR = timedelta(hours=1)
EARLIER, LATER = NOW - HOUR, NOW + HOUR
AUDIO = DataCategory.AUDIO


@pytest.mark.parametrize("name", ["announced", "house"])
def test_a_material_change_of_a_book_that_binds_voids_the_grants_before_it(
    deps: World, name: str
) -> None:
    published = changed(deps, name)

    decision = published.decide(asked())

    assert not decision.allows
    assert decision.evidence.customer.statuses == {AUDIO: "invalidated"}
    assert reevaluate(decision, published.library) == decision


def test_a_change_that_is_not_material_or_of_a_book_that_does_not_bind_touches_nothing(
    deps: World,
) -> None:
    assert changed(deps, "announced", material=False).decide(asked("typo")).allows
    assert changed(deps, "zoom-terms").decide(asked("another")).allows


def test_a_change_voids_the_uses_that_it_names_and_no_other(deps: World) -> None:
    infer: dict[str, Any] = {"operation": "infer", "service": "meeting_summary"}
    deps.grant(consent_event_id="opted-in", uses=[infer])
    published = changed(deps, "announced")

    assert published.decide(asked(use=infer)).allows
    assert not published.decide(asked("r-2")).allows


def test_a_renewed_grant_counts_again_and_no_row_was_rewritten(deps: World) -> None:
    published = changed(deps, "announced")
    before = deps.consents.states(ACME, ("customer",))
    assert not published.decide(asked()).allows
    assert deps.consents.states(ACME, ("customer",)) == before

    published.grant(consent_event_id="renewed", at=NOW)

    assert published.decide(asked("r-2"), at=NOW + SECOND).allows


def test_an_allow_does_not_outlive_the_change_that_is_coming(deps: World) -> None:
    published = changed(deps, "announced", at=NOW + SECOND)
    allowed = published.decide(asked())

    late = published.decide(asked(), at=NOW + SECOND)

    assert (allowed.allows, allowed.expires_at) == (True, NOW + SECOND)
    assert (late.allows, late.revision) == (False, 2)


def test_an_allow_given_before_the_change_was_published_is_not_given_again(deps: World) -> None:
    assert deps.decide(asked()).allows

    again = changed(deps, "announced", at=EARLIER + HOUR).decide(asked(), at=NOW + SECOND)

    assert (again.allows, again.revision) == (False, 2)


def test_a_person_whose_grant_is_outdated_counts_as_outdated(deps: World) -> None:
    signed = {"form": FORM_SHA256, "signature": "click"}
    deps.record(consent_event("hers", "grant", person="ann", **signed), at=EARLIER)
    published = changed(deps, "announced", at=NOW - SECOND)
    assert deps.decide(asked("before")).evidence.people[0].statuses[AUDIO] == "granted"

    decision = published.decide(asked())

    assert decision.evidence.people[0].statuses[AUDIO] == "invalidated"


def test_a_screening_sees_the_change_as_a_decision_does(deps: World) -> None:
    screened = Screened(deps)
    screened.put([row("ann")])
    assert screened.screen().allows
    published = Screened(changed(deps, "announced"), screened.store)

    told_again, anew = published.screen(at=NOW + SECOND), published.screen(screening("s-2"))

    assert (told_again.allows, told_again.revision) == (False, 2)
    assert not anew.allows
    assert anew.row_patterns[0].evidence.customer.statuses == {AUDIO: "invalidated"}
    assert reevaluate_screening(anew, published.deps.library) == anew

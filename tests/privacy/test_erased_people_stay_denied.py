"""An erasure lifts no ban: data that still names an erased person is denied as before."""

import pytest

from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.builders.dependencies import (
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase
from tests.testkit.builders.screenings import ScreeningDriver, row


@pytest.mark.parametrize("kind", ["refusal", "withdrawal"])
def test_erasing_a_person_who_refused_does_not_allow_training(
    named: FakeDependencies, kind: str
) -> None:
    named.record(consent_event("no", kind, person="ann"))

    erase(named, "ann")

    denied = named.decide(use_request())
    assert not denied.allows
    assert [each.statuses[leaf] for each in denied.evidence.people for leaf in each.statuses] == [
        ConsentStatus.WITHDRAWN
    ]


def test_rows_that_name_an_erased_person_are_rejected(named: FakeDependencies) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    screened = ScreeningDriver(named)
    screened.put([row("ann"), row("bob")])

    erase(named, "ann")

    decision = screened.screen()
    assert screened.output(decision, "rejected") == row("ann")
    assert screened.output(decision, "admitted") == row("bob")


def test_erasure_denies_a_redelivered_screening(named: FakeDependencies) -> None:
    screened = ScreeningDriver(named)
    screened.put([row("ann"), row("bob")])
    named.record(consent_event("yes", "grant", **SIGNED))
    assert screened.screen().allows

    erase(named, "ann")

    assert not screened.screen(at=NOW + SECOND).allows


def test_an_unknown_person_is_denied_once_erased(named: FakeDependencies) -> None:
    screened = ScreeningDriver(named)
    screened.put([row("ann"), row("bob")])
    first = screened.screen()

    erase(named, "ann")

    assert first.allows
    assert not screened.screen(at=NOW + SECOND).allows
    assert not named.decide(use_request()).allows

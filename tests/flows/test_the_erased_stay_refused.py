"""Erasing lifts no ban: data that still names somebody erased is refused as before."""

import pytest

from consentry.kernel.vocabulary import ConsentStatus
from tests.fakes.erasures import SIGNED, erase
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import NOW, SECOND, World, asked, consent_event


@pytest.mark.parametrize("kind", ["refusal", "withdrawal"])
def test_erasing_somebody_who_said_no_does_not_let_them_be_trained_on(
    named: World, kind: str
) -> None:
    named.record(consent_event("no", kind, person="ann"))

    erase(named, "ann")

    denied = named.decide(asked())
    assert not denied.allows
    assert [each.statuses[leaf] for each in denied.evidence.people for leaf in each.statuses] == [
        ConsentStatus.WITHDRAWN
    ]


def test_rows_that_still_name_somebody_erased_are_refused(named: World) -> None:
    named.record(consent_event("yes", "grant", **SIGNED))
    screened = Screened(named)
    screened.put([row("ann"), row("bob")])

    erase(named, "ann")

    decision = screened.screen()
    assert screened.output(decision, "rejected") == row("ann")
    assert screened.output(decision, "admitted") == row("bob")


def test_a_screening_allowed_before_is_taken_back(named: World) -> None:
    screened = Screened(named)
    screened.put([row("ann"), row("bob")])
    named.record(consent_event("yes", "grant", **SIGNED))
    assert screened.screen().allows

    erase(named, "ann")

    assert not screened.screen(at=NOW + SECOND).allows


def test_somebody_never_heard_of_is_refused_once_erased(named: World) -> None:
    screened = Screened(named)
    screened.put([row("ann"), row("bob")])
    first = screened.screen()

    erase(named, "ann")

    assert first.allows
    assert not screened.screen(at=NOW + SECOND).allows
    assert not named.decide(asked()).allows

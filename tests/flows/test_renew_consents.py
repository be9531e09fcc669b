"""Everybody whose grants are outdated is told of, through any interruption, and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.aws.consent_items import state_key
from consentry.domain.callers import Caller
from consentry.domain.consent.renewals import ConsentRenewalDue
from consentry.domain.errors import ForeignCustomerError, UnansweredError
from consentry.domain.vocabulary import DataCategory
from consentry.flows.renew_consents import AT_ONCE
from tests.fakes.faults import Withholding
from tests.fakes.names import seeded
from tests.fakes.worlds import ACME, World
from tests.flows.publishing import changed
from tests.flows.renewing import DUE, LATER, granted_before, renew


@pytest.fixture
def outdated(world: World) -> World:
    """The customer and every third person granted before the terms changed; some renewed, some withdrew."""
    return granted_before(world)


def test_who_granted_before_the_change_is_told_of_and_nobody_else(outdated: World) -> None:
    told: list[ConsentRenewalDue] = []

    count = renew(outdated, told.append)

    assert tuple(due.person for due in told) == DUE
    assert count == len(DUE)
    assert len({due.renewal_id for due in told}) == len(DUE)
    (use,) = told[1].uses
    assert (use.operation, use.service) == ("fine_tune", "meeting_summary")
    assert (use.data, use.since) == ((DataCategory.AUDIO,), LATER)


def test_before_the_change_nobody_is_told_of(outdated: World) -> None:
    told: list[ConsentRenewalDue] = []

    assert renew(outdated, told.append, at=LATER - timedelta(microseconds=1)) == 0
    assert told == []


@pytest.mark.parametrize("survived", range(0, len(DUE), 4))
def test_an_interrupted_telling_goes_on_and_repeats_no_more_than_a_batch(
    outdated: World, survived: int
) -> None:
    told: list[ConsentRenewalDue] = []

    def until_the_crash(due: ConsentRenewalDue) -> None:
        if len(told) == survived:
            raise UnansweredError("the bus is down")
        told.append(due)

    with pytest.raises(UnansweredError):
        renew(outdated, until_the_crash)
    renew(outdated, told.append)

    assert {due.person for due in told} == {*DUE}
    assert len(told) - len(DUE) <= AT_ONCE
    assert len({due.renewal_id for due in told}) == len(DUE)


def test_a_telling_that_is_done_tells_nobody_again_unless_it_is_asked_to(outdated: World) -> None:
    told: list[ConsentRenewalDue] = []
    renew(outdated, told.append)

    assert renew(outdated, told.append) == 0
    assert renew(outdated, told.append, again=True) == len(DUE)
    assert told[: len(DUE)] == told[len(DUE) :]


def test_other_terms_or_other_people_are_another_telling(outdated: World) -> None:
    told: list[ConsentRenewalDue] = []
    renew(outdated, told.append)
    once_more = changed(outdated, "announced", at=LATER + timedelta(days=1))

    assert renew(outdated, told.append, people=("p9",)) == 2
    assert renew(once_more, told.append, at=LATER + timedelta(days=1)) == len(DUE) + 1


def test_nobody_is_named_for_being_listed(outdated: World) -> None:
    keys = seeded(outdated.client, ACME)
    before = outdated.client.snapshot()["keys"]

    renew(replace(outdated, keys=keys), lambda due: None, people=("stranger",))

    assert outdated.client.snapshot()["keys"] == before


def test_a_consent_that_cannot_be_read_stops_the_telling(outdated: World) -> None:
    name = outdated.keys.names_of(ACME, ["p9"])["p9"]
    silent = World(Withholding(outdated.client, {state_key(ACME, name)["pk"]["S"]: 10**6}))

    with pytest.raises(UnansweredError):
        renew(silent, lambda due: None)


def test_a_caller_renews_its_own_customers_alone(outdated: World) -> None:
    outdated.caller = Caller.allowed("gus", "globex")

    with pytest.raises(ForeignCustomerError):
        renew(outdated, lambda due: None)

"""Everybody whose grants are outdated is told of, through any interruption, and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.consent.items import state_key
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ForbiddenCustomerError, UnavailableError
from consentry.kernel.vocabulary import DataCategory
from consentry.renewal.renew_consents import BATCH_SIZE
from consentry.renewal.renewal import ConsentRenewalDue
from tests.fakes.faults import Withholding
from tests.fakes.names import seeded
from tests.fakes.worlds import ACME, World
from tests.flows.publishing import changed
from tests.flows.renewing import DUE, LATER, granted_before, renew


@pytest.fixture
def invalidated(deps: World) -> World:
    """The customer and every third person granted before the terms changed; some renewed, some withdrew."""
    return granted_before(deps)


def test_who_granted_before_the_change_is_told_of_and_nobody_else(invalidated: World) -> None:
    told: list[ConsentRenewalDue] = []

    count = renew(invalidated, told.append)

    assert tuple(due.person for due in told) == DUE
    assert count == len(DUE)
    assert len({due.renewal_id for due in told}) == len(DUE)
    (use,) = told[1].uses
    assert (use.operation, use.service) == ("fine_tune", "meeting_summary")
    assert (use.data, use.since) == ((DataCategory.AUDIO,), LATER)


def test_before_the_change_nobody_is_told_of(invalidated: World) -> None:
    told: list[ConsentRenewalDue] = []

    assert renew(invalidated, told.append, at=LATER - timedelta(microseconds=1)) == 0
    assert told == []


@pytest.mark.parametrize("survived", range(0, len(DUE), 4))
def test_an_interrupted_telling_goes_on_and_repeats_no_more_than_a_batch(
    invalidated: World, survived: int
) -> None:
    told: list[ConsentRenewalDue] = []

    def until_the_crash(due: ConsentRenewalDue) -> None:
        if len(told) == survived:
            raise UnavailableError("the bus is down")
        told.append(due)

    with pytest.raises(UnavailableError):
        renew(invalidated, until_the_crash)
    renew(invalidated, told.append)

    assert {due.person for due in told} == {*DUE}
    assert len(told) - len(DUE) <= BATCH_SIZE
    assert len({due.renewal_id for due in told}) == len(DUE)


def test_a_telling_that_is_done_tells_nobody_again_unless_it_is_asked_to(
    invalidated: World,
) -> None:
    told: list[ConsentRenewalDue] = []
    renew(invalidated, told.append)

    assert renew(invalidated, told.append) == 0
    assert renew(invalidated, told.append, again=True) == len(DUE)
    assert told[: len(DUE)] == told[len(DUE) :]


def test_other_terms_or_other_people_are_another_telling(invalidated: World) -> None:
    told: list[ConsentRenewalDue] = []
    renew(invalidated, told.append)
    once_more = changed(invalidated, "announced", at=LATER + timedelta(days=1))

    assert renew(invalidated, told.append, people=("p9",)) == 2
    assert renew(once_more, told.append, at=LATER + timedelta(days=1)) == len(DUE) + 1


def test_nobody_is_named_for_being_listed(invalidated: World) -> None:
    keys = seeded(invalidated.client, ACME)
    before = invalidated.client.snapshot()["keys"]

    renew(replace(invalidated, pseudonyms=keys), lambda due: None, people=("stranger",))

    assert invalidated.client.snapshot()["keys"] == before


def test_a_consent_that_cannot_be_read_stops_the_telling(invalidated: World) -> None:
    name = invalidated.pseudonyms.get_or_create_pseudonyms(ACME, ["p9"])["p9"]
    silent = World(Withholding(invalidated.client, {state_key(ACME, name)[0]: 10**6}))

    with pytest.raises(UnavailableError):
        renew(silent, lambda due: None)


def test_a_caller_renews_its_own_customers_alone(invalidated: World) -> None:
    invalidated.caller = Caller.allowed("gus", "globex")

    with pytest.raises(ForbiddenCustomerError):
        renew(invalidated, lambda due: None)

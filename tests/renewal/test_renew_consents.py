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
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.renewals import DUE, LATER, granted_before, renew
from tests.testkit.builders.terms_versions import publish_version
from tests.testkit.fakes.faults import UnprocessedKeysClient
from tests.testkit.fakes.pseudonym_repository import seeded


@pytest.fixture
def invalidated(deps: FakeDependencies) -> FakeDependencies:
    """The customer and every third person granted before the terms changed; some renewed, some withdrew."""
    return granted_before(deps)


@pytest.mark.promise(5)
def test_renewal_is_due_for_exactly_the_invalidated_grants(invalidated: FakeDependencies) -> None:
    told: list[ConsentRenewalDue] = []

    count = renew(invalidated, told.append)

    assert tuple(due.person for due in told) == DUE
    assert count == len(DUE)
    assert len({due.renewal_id for due in told}) == len(DUE)
    (use,) = told[1].uses
    assert (use.operation, use.service) == ("fine_tune", "meeting_summary")
    assert (use.data, use.since) == ((DataCategory.AUDIO,), LATER)


def test_no_renewal_is_due_before_the_change(invalidated: FakeDependencies) -> None:
    told: list[ConsentRenewalDue] = []

    assert renew(invalidated, told.append, at=LATER - timedelta(microseconds=1)) == 0
    assert told == []


@pytest.mark.parametrize("survived", range(0, len(DUE), 4))
def test_an_interrupted_renewal_run_resumes_and_repeats_at_most_one_batch(
    invalidated: FakeDependencies, survived: int
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


def test_a_completed_renewal_run_publishes_again_only_on_request(
    invalidated: FakeDependencies,
) -> None:
    told: list[ConsentRenewalDue] = []
    renew(invalidated, told.append)

    assert renew(invalidated, told.append) == 0
    assert renew(invalidated, told.append, again=True) == len(DUE)
    assert told[: len(DUE)] == told[len(DUE) :]


def test_other_terms_or_other_people_are_another_renewal_run(invalidated: FakeDependencies) -> None:
    told: list[ConsentRenewalDue] = []
    renew(invalidated, told.append)
    once_more = publish_version(invalidated, "announced", at=LATER + timedelta(days=1))

    assert renew(invalidated, told.append, people=("p9",)) == 2
    assert renew(once_more, told.append, at=LATER + timedelta(days=1)) == len(DUE) + 1


def test_a_renewal_run_creates_no_pseudonyms(invalidated: FakeDependencies) -> None:
    keys = seeded(invalidated.client, ACME)
    before = invalidated.client.snapshot()["keys"]

    renew(replace(invalidated, pseudonyms=keys), lambda due: None, people=("stranger",))

    assert invalidated.client.snapshot()["keys"] == before


def test_an_unreadable_consent_stops_the_renewal_run(invalidated: FakeDependencies) -> None:
    name = invalidated.pseudonyms.get_or_create_pseudonyms(ACME, ["p9"])["p9"]
    silent = FakeDependencies(
        UnprocessedKeysClient(invalidated.client, {state_key(ACME, name)[0]: 10**6})
    )

    with pytest.raises(UnavailableError):
        renew(silent, lambda due: None)


@pytest.mark.promise(7)
def test_a_caller_renews_consents_only_of_its_own_customers(invalidated: FakeDependencies) -> None:
    invalidated.caller = Caller.allowed("gus", "globex")

    with pytest.raises(ForbiddenCustomerError):
        renew(invalidated, lambda due: None)

"""Renewal is due for exactly the parties with invalidated grants, through any interruption."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.consent.consent_event import person_of
from consentry.consent.items import state_key
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ForbiddenCustomerError, UnavailableError
from consentry.renewal.renew_consents import BATCH_SIZE
from consentry.renewal.renewal import ConsentRenewalDue
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.renewals import DUE, LATER, granted_before, renew
from tests.testkit.builders.terms_versions import publish_version
from tests.testkit.fakes.faults import UnprocessedKeysClient
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.meeting_words import DataCategory


@pytest.fixture
def invalidated(deps: FakeDependencies) -> FakeDependencies:
    """Grants from before a material change, some of them renewed or withdrawn since."""
    return granted_before(deps)


@pytest.mark.promise(5)
def test_renewal_is_due_for_exactly_the_invalidated_grants(invalidated: FakeDependencies) -> None:
    published: list[ConsentRenewalDue] = []

    count = renew(invalidated, published.append)

    assert tuple(person_of(due.party) for due in published) == DUE
    assert count == len(DUE)
    assert len({due.renewal_id for due in published}) == len(DUE)
    (use,) = published[1].uses
    assert (use.operation, use.service) == ("fine_tune", "meeting_summary")
    assert (use.data, use.since) == ((DataCategory.AUDIO,), LATER)


def test_no_renewal_is_due_before_the_change(invalidated: FakeDependencies) -> None:
    published: list[ConsentRenewalDue] = []

    assert renew(invalidated, published.append, at=LATER - timedelta(microseconds=1)) == 0
    assert published == []


@pytest.mark.parametrize("count", range(0, len(DUE), 4))
def test_an_interrupted_renewal_run_resumes_and_repeats_at_most_one_batch(
    invalidated: FakeDependencies, count: int
) -> None:
    published: list[ConsentRenewalDue] = []

    def publish_until_crash(due: ConsentRenewalDue) -> None:
        if len(published) == count:
            raise UnavailableError("the bus is down")
        published.append(due)

    with pytest.raises(UnavailableError):
        renew(invalidated, publish_until_crash)
    renew(invalidated, published.append)

    assert {person_of(due.party) for due in published} == {*DUE}
    assert len(published) - len(DUE) <= BATCH_SIZE
    assert len({due.renewal_id for due in published}) == len(DUE)


def test_a_completed_renewal_run_publishes_again_only_on_request(
    invalidated: FakeDependencies,
) -> None:
    published: list[ConsentRenewalDue] = []
    renew(invalidated, published.append)

    assert renew(invalidated, published.append) == 0
    assert renew(invalidated, published.append, again=True) == len(DUE)
    assert published[: len(DUE)] == published[len(DUE) :]


def test_other_terms_or_other_people_are_another_renewal_run(invalidated: FakeDependencies) -> None:
    published: list[ConsentRenewalDue] = []
    renew(invalidated, published.append)
    changed_again = publish_version(invalidated, "announced", at=LATER + timedelta(days=1))

    assert renew(invalidated, published.append, people=("p9",)) == 2
    assert renew(changed_again, published.append, at=LATER + timedelta(days=1)) == len(DUE) + 1


def test_a_renewal_run_creates_no_pseudonyms(invalidated: FakeDependencies) -> None:
    pseudonyms = seeded(invalidated.client, ACME)
    before = invalidated.client.snapshot()["keys"]

    renew(replace(invalidated, pseudonyms=pseudonyms), lambda due: None, people=("stranger",))

    assert invalidated.client.snapshot()["keys"] == before


def test_an_unreadable_consent_stops_the_renewal_run(invalidated: FakeDependencies) -> None:
    pseudonym = invalidated.pseudonyms.get_or_create_pseudonyms(ACME, ["p9"])["p9"]
    unreadable = FakeDependencies(
        UnprocessedKeysClient(invalidated.client, {state_key(ACME, pseudonym)[0]: 10**6})
    )

    with pytest.raises(UnavailableError):
        renew(unreadable, lambda due: None)


@pytest.mark.promise(7)
def test_a_caller_renews_consents_only_of_its_own_customers(invalidated: FakeDependencies) -> None:
    invalidated.caller = Caller.allowed("gus", "globex")

    with pytest.raises(ForbiddenCustomerError):
        renew(invalidated, lambda due: None)

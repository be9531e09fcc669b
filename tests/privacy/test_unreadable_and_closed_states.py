"""An unreadable state is an error. A person who is being erased has withdrawn everything."""

from datetime import datetime, timedelta

import pytest

from consentry.consent.consent_event import NamedPerson
from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.consent.items import state_key
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
)
from tests.testkit.builders.erasures import pseudonym_of
from tests.testkit.builders.stored_receipts import receipt
from tests.testkit.fakes.faults import UnprocessedKeysClient
from tests.testkit.meeting_words import EVERY_USE

GRANT = consent_event("hers", "grant", person="ann", form_id=FORM_SHA256, signature="click")


def shown(deps: FakeDependencies, as_of: datetime | None = None) -> ConsentDetails:
    return get_consent(
        ACME, NamedPerson(person="ann"), as_of=as_of, at=NOW + SECOND, caller=deps.caller, deps=deps
    )


@pytest.fixture
def unreadable(named: FakeDependencies) -> FakeDependencies:
    """Ann granted. Her state is unreadable."""
    named.record(GRANT)
    partition = state_key(ACME, pseudonym_of(named))[0]
    return FakeDependencies(
        UnprocessedKeysClient(named.client, {partition: 10**6}), named.pseudonyms
    )


@pytest.fixture
def closed(named: FakeDependencies) -> FakeDependencies:
    """Ann granted. Her erasure has started, and her consent events still exist."""
    named.record(GRANT)
    assert isinstance(named.pseudonyms, DynamoDBPseudonymRepository)
    pseudonym = pseudonym_of(named)
    state = named.consents.states(ACME, (pseudonym,))[pseudonym]
    named.erasures.close(ACME, pseudonym, state)
    return named


@pytest.mark.parametrize("as_of", [None, NOW])
def test_an_unreadable_consent_state_is_unavailable(
    unreadable: FakeDependencies, as_of: datetime | None
) -> None:
    with pytest.raises(UnavailableError):
        shown(unreadable, as_of)


def test_a_redelivered_event_is_unavailable_while_its_state_is_unreadable(
    unreadable: FakeDependencies,
) -> None:
    with pytest.raises(UnavailableError):
        unreadable.record(GRANT)


def test_a_receipt_is_unavailable_while_the_state_is_unreadable(
    unreadable: FakeDependencies,
) -> None:
    with pytest.raises(UnavailableError):
        receipt(unreadable, "hers", party=pseudonym_of(unreadable))


@pytest.mark.parametrize("as_of", [None, NOW, NOW + timedelta(days=1)])
def test_a_person_being_erased_has_withdrawn_everything(
    closed: FakeDependencies, as_of: datetime | None
) -> None:
    statuses = shown(closed, as_of).statuses

    assert {each.status for each in statuses} == {"withdrawn"}
    assert len(statuses) == len(EVERY_USE)


def test_a_person_being_erased_has_no_receipts(closed: FakeDependencies) -> None:
    with pytest.raises(NotFoundError):
        receipt(closed, "hers", party=pseudonym_of(closed))

"""Consent events are stored once, for the right party, or rejected without storing anything."""

import pytest

from consentry.consent.items import state_key
from consentry.kernel.errors import (
    ConflictingIdError,
    InvalidRequestError,
    UnavailableError,
    UnknownFormError,
)
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
)
from tests.testkit.fakes.faults import UnprocessedKeysClient


def test_a_redelivered_consent_event_is_stored_once(deps: FakeDependencies) -> None:
    first = deps.record(consent_event("w", "withdrawal"))
    again = deps.record(consent_event("w", "withdrawal"), at=NOW + SECOND)

    assert again == first
    assert [
        stored.consent_event.consent_event_id
        for stored in deps.consents.consent_events(ACME, "customer")
    ] == ["granted", "w"]


def test_a_consent_event_id_with_another_body_is_a_conflict(deps: FakeDependencies) -> None:
    with pytest.raises(ConflictingIdError):
        deps.record(consent_event("granted", "withdrawal"))

    assert len(deps.consents.consent_events(ACME, "customer")) == 1


def test_two_parties_may_use_the_same_consent_event_id(deps: FakeDependencies) -> None:
    deps.record(consent_event("same", "refusal", person="ann"))
    deps.record(consent_event("same", "refusal", person="bob"))

    names = deps.pseudonyms.find_pseudonyms(ACME, ("ann", "bob"))
    assert [len(deps.consents.consent_events(ACME, name)) for name in names.values()] == [1, 1]


@pytest.mark.promise(8)
def test_a_consent_event_on_an_unregistered_form_is_rejected(deps: FakeDependencies) -> None:
    with pytest.raises(UnknownFormError):
        deps.record(consent_event("g", "grant", form_id=FORM_SHA256[::-1], signature="click"))

    assert deps.consents.consent_event(ACME, "customer", "g") is None


def test_a_form_of_another_customer_is_unknown(deps: FakeDependencies) -> None:
    event = consent_event("g", "grant", form_id=FORM_SHA256, signature="click")

    with pytest.raises(UnknownFormError):
        deps.record(event.model_copy(update={"customer": "globex"}))


def test_a_consent_event_on_an_unreadable_state_is_not_stored(deps: FakeDependencies) -> None:
    unreadable = FakeDependencies(
        UnprocessedKeysClient(deps.client, {state_key(ACME, "customer")[0]: 10**6})
    )

    with pytest.raises(UnavailableError):
        unreadable.record(consent_event("w", "withdrawal"))

    assert deps.consents.consent_event(ACME, "customer", "w") is None


def test_a_grant_redelivered_after_its_expiry_is_the_same_event(deps: FakeDependencies) -> None:
    short = consent_event("short", "grant", until=(NOW + SECOND).isoformat())
    first = deps.record(short)

    assert deps.record(short, at=NOW + 2 * SECOND) == first
    with pytest.raises(InvalidRequestError, match="until: has passed"):
        deps.record(consent_event("other", "grant", until=NOW.isoformat()), at=NOW + SECOND)

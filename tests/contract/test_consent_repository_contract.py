"""The contract of ConsentRepository, over the fake DynamoDB and moto."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.table import READ_ATTEMPTS
from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.items import epoch_keys, state_key
from consentry.consent.status import UNREADABLE_STATE, PartyState, state_after
from consentry.consent.stored_event import StoredConsentEvent, build_stored_event
from consentry.kernel.errors import ConsentChangedError, UnavailableError
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies, consent_event
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.faults import Fault, FaultyClient, UnprocessedKeysClient
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

NEVER = PartyState()


def record(consent_event_id: str, kind: str = "withdrawal", version: int = 1) -> StoredConsentEvent:
    event = consent_event(consent_event_id, kind)
    key, before = FixedPseudonymRepository().key_of(ACME), PartyState(version - 1)
    return build_stored_event(
        event, None, None, key, party=CUSTOMER_PARTY, after=before, by="p", at=NOW
    )


def state(deps: FakeDependencies, party: str = CUSTOMER_PARTY) -> PartyState:
    return deps.consents.states(ACME, (party,))[party]


def test_a_party_without_consent_events_has_version_0(deps: FakeDependencies) -> None:
    assert deps.consents.states(ACME, ("customer", "ann")) == {"customer": NEVER, "ann": NEVER}


def test_states_of_more_people_than_one_batch_are_all_read(deps: FakeDependencies) -> None:
    stored = record("a1")
    written = deps.consents.append(stored, NEVER)
    parties = (*(f"p{number}" for number in range(150)), CUSTOMER_PARTY)

    states = deps.consents.states(ACME, parties)

    assert tuple(states) == parties
    assert [party for party in parties if states[party] != NEVER] == [CUSTOMER_PARTY]
    assert states[CUSTOMER_PARTY] == written


def test_a_consent_event_and_its_new_state_are_written_together(deps: FakeDependencies) -> None:
    stored = record("a1")

    after = deps.consents.append(stored, NEVER)

    assert after == state(deps) == state_after(NEVER, stored.rule)
    assert deps.consents.consent_event(ACME, CUSTOMER_PARTY, "a1") == stored
    assert deps.consents.consent_events(ACME, CUSTOMER_PARTY) == (stored,)


def test_a_consent_event_on_a_changed_state_writes_nothing(deps: FakeDependencies) -> None:
    deps.consents.append(record("a1"), NEVER)
    before = deps.consents.epochs(ACME)

    with pytest.raises(ConsentChangedError):
        deps.consents.append(record("a2"), NEVER)

    assert deps.consents.consent_event(ACME, CUSTOMER_PARTY, "a2") is None
    assert (state(deps).version, deps.consents.epochs(ACME)) == (1, before)


def test_a_consent_event_with_a_lost_response_is_stored_once(client: Any) -> None:
    stored = record("a1")

    after = FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).consents.append(
        stored, NEVER
    )

    assert after == state(FakeDependencies(client)) == state_after(NEVER, stored.rule)
    assert sum(FakeDependencies(client).consents.epochs(ACME)) == 1


def test_a_stored_event_with_another_body_is_a_conflict(deps: FakeDependencies) -> None:
    deps.consents.append(record("a1"), NEVER)
    stored = record("a1", "refusal")

    with pytest.raises(ConsentChangedError):
        deps.consents.append(stored, NEVER)


def test_a_dynamodb_error_stores_no_consent_event(client: Any) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, Fault.NOT_APPLIED)).consents.append(
            record("a1"), NEVER
        )

    assert state(FakeDependencies(client)) == NEVER


def test_an_event_that_may_downgrade_a_status_increments_one_epoch(deps: FakeDependencies) -> None:
    assert sum(deps.consents.epochs(ACME)) == 0
    after = deps.consents.append(record("a1"), NEVER)
    assert sum(deps.consents.epochs(ACME)) == 1
    deps.consents.append(record("a2", "grant", 2), after)

    assert sum(deps.consents.epochs(ACME)) == 1
    assert sum(deps.consents.epochs("another")) == 0


def test_consent_events_are_listed_oldest_first_across_pages(fake: FakeDynamoDB) -> None:
    fake.page_items, deps = 2, FakeDependencies(fake)
    for consent_event_id in ("c", "a", "d", "b"):
        deps.record(
            consent_event(consent_event_id, "refusal"),
            at=NOW - timedelta(days=ord(consent_event_id)),
        )

    listed = [
        each.consent_event.consent_event_id
        for each in deps.consents.consent_events(ACME, CUSTOMER_PARTY)
    ]

    assert listed == ["c", "a", "d", "b"]


@pytest.mark.promise(4)
@pytest.mark.parametrize(("times", "read"), [(READ_ATTEMPTS - 1, True), (READ_ATTEMPTS, False)])
def test_states_that_stay_unprocessed_are_unreadable(client: Any, times: int, read: bool) -> None:
    FakeDependencies(client).consents.append(record("a1"), NEVER)
    deps = FakeDependencies(
        UnprocessedKeysClient(client, {state_key(ACME, CUSTOMER_PARTY)[0]: times})
    )

    states = deps.consents.states(ACME, (CUSTOMER_PARTY, "ann"))

    assert (states[CUSTOMER_PARTY] == UNREADABLE_STATE) is not read
    assert states["ann"] == NEVER
    assert len(deps.pauses) == times
    assert all(0 <= pause < 2 for pause in deps.pauses)


@pytest.mark.promise(4)
def test_epochs_that_stay_unprocessed_are_unavailable(client: Any) -> None:
    deps = FakeDependencies(UnprocessedKeysClient(client, {epoch_keys(ACME)[3][0]: READ_ATTEMPTS}))

    with pytest.raises(UnavailableError):
        deps.consents.epochs(ACME)

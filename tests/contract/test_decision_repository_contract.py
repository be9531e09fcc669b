"""The contract of DecisionRepository, over the fake DynamoDB and moto."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, as_denial
from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.fakes.dynamodb import MOST_ITEM_BYTES, FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables, item_size
from tests.testkit.fakes.faults import Fault, FaultyClient

NO_FENCE = CommitPreconditions({"customer": 0})


@pytest.fixture
def decided() -> Decision:
    """An allow that is not committed to the tables under test."""
    elsewhere = FakeDynamoDB()
    create_tables(elsewhere)
    FakeDependencies(elsewhere).grant()
    return FakeDependencies(elsewhere).decide(use_request())


def test_a_committed_decision_is_the_latest(deps: FakeDependencies, decided: Decision) -> None:
    assert deps.decisions.latest(decided.decision_id) is None

    deps.decisions.commit(decided, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(3)
def test_the_last_revision_is_the_latest(deps: FakeDependencies, decided: Decision) -> None:
    deps.decisions.commit(decided, NO_FENCE)
    denial = as_denial(decided, revision=2)
    deps.decisions.commit(denial, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == denial


@pytest.mark.promise(3)
def test_a_revision_is_written_once(deps: FakeDependencies, decided: Decision) -> None:
    deps.decisions.commit(decided, NO_FENCE)

    with pytest.raises(AlreadyDecidedError):
        deps.decisions.commit(replace(decided, at=NOW + SECOND), NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(2)
def test_commit_fails_when_a_party_without_state_gets_a_consent_event(
    deps: FakeDependencies, decided: Decision
) -> None:
    deps.record(consent_event("w", "withdrawal"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) is None


@pytest.mark.promise(2)
def test_commit_fails_when_a_version_changed(deps: FakeDependencies, decided: Decision) -> None:
    deps.grant()
    deps.record(consent_event("w", "withdrawal"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, CommitPreconditions({"customer": 1}))

    deps.decisions.commit(decided, CommitPreconditions({"customer": 2}))
    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(2)
def test_commit_fails_when_an_epoch_changed(deps: FakeDependencies, decided: Decision) -> None:
    deps.record(consent_event("w", "withdrawal"))
    epochs = deps.consents.epochs(ACME)
    deps.record(consent_event("v", "withdrawal", person="ann"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, CommitPreconditions({}, epochs))

    deps.decisions.commit(decided, CommitPreconditions({}, deps.consents.epochs(ACME)))
    assert deps.decisions.latest(decided.decision_id) == decided


def test_epoch_preconditions_replace_version_preconditions(
    deps: FakeDependencies, decided: Decision
) -> None:
    deps.grant()

    deps.decisions.commit(decided, CommitPreconditions({"customer": 7}, deps.consents.epochs(ACME)))

    assert deps.decisions.latest(decided.decision_id) == decided


def test_one_commit_checks_ninety_nine_parties(deps: FakeDependencies, decided: Decision) -> None:
    preconditions = CommitPreconditions({f"p{number}": 0 for number in range(99)})

    deps.decisions.commit(decided, preconditions)

    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(1)
def test_a_commit_with_a_lost_response_succeeds_if_stored(client: Any, decided: Decision) -> None:
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).decisions.commit(decided, NO_FENCE)

    assert FakeDependencies(client).decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(1)
@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.RESPONSE_LOST])
def test_a_commit_that_dynamodb_rejects_raises(
    client: Any, decided: Decision, fault: Fault
) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, fault)).decisions.commit(decided, NO_FENCE)


def test_a_request_of_300_people_and_every_category_fits_in_one_item(
    deps: FakeDependencies,
) -> None:
    people = [{"person": f"{'p' * 120}{n}", "role": "participant"} for n in range(300)]
    every = ["service_generated", "customer_content", "public_web"]
    deps.grant(uses=[{"operation": "fine_tune", "service": "meeting_summary"}], data=every)

    decision = deps.decide(use_request(people=people, data=every))

    assert item_size(deps.decisions._put(decision)["Put"]["Item"]) < MOST_ITEM_BYTES
    assert deps.decisions.latest(decision.decision_id) == decision

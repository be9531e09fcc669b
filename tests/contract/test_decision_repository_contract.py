"""The contract of DecisionRepository, over the fake DynamoDB and moto."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.table import encode
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, as_denial
from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError
from consentry.screening.screening_decision import ScreeningDecision, supersede
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.permits import allowed
from tests.testkit.fakes.dynamodb import MOST_ITEM_BYTES, FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables, item_size
from tests.testkit.fakes.faults import Fault, FaultyClient

NONE = CommitPreconditions()
NO_EPOCHS = CommitPreconditions((0,) * 16)


def elsewhere() -> FakeDependencies:
    """The tables of another deployment, in which acme granted."""
    client = FakeDynamoDB()
    create_tables(client)
    deps = FakeDependencies(client)
    deps.grant()
    return deps


@pytest.fixture
def decided() -> Decision:
    """An allow that is not in the tables under test."""
    return elsewhere().decide(use_request())


@pytest.fixture
def screened() -> ScreeningDecision:
    """The allow of a screening that is not in the tables under test."""
    return allowed(elsewhere())[0]


def test_a_decision_that_was_put_is_the_latest(deps: FakeDependencies, decided: Decision) -> None:
    assert deps.decisions.latest(decided.decision_id) is None

    assert deps.decisions.put(decided)

    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(3)
def test_the_last_revision_is_the_latest(deps: FakeDependencies, decided: Decision) -> None:
    denial = as_denial(decided, revision=2)

    assert deps.decisions.put(decided)
    assert deps.decisions.put(denial)

    assert deps.decisions.latest(decided.decision_id) == denial


@pytest.mark.promise(3)
def test_a_revision_is_put_once(deps: FakeDependencies, decided: Decision) -> None:
    deps.decisions.put(decided)

    assert not deps.decisions.put(replace(decided, at=NOW + SECOND))

    assert deps.decisions.latest(decided.decision_id) == decided


@pytest.mark.promise(1)
@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.RESPONSE_LOST])
def test_a_put_that_dynamodb_rejects_raises(client: Any, decided: Decision, fault: Fault) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, fault)).decisions.put(decided)


def test_a_put_calls_dynamodb_once(decided: Decision) -> None:
    deps = elsewhere()
    vars(deps)["dynamodb"] = lambda: pytest.fail("a client that retries")

    assert deps.decisions.put(replace(decided, at=NOW + SECOND))


@pytest.mark.promise(3)
def test_a_committed_revision_is_written_once(
    deps: FakeDependencies, screened: ScreeningDecision
) -> None:
    deps.decisions.commit(screened, NONE)

    with pytest.raises(AlreadyDecidedError):
        deps.decisions.commit(replace(screened, at=NOW + SECOND), NONE)

    assert deps.decisions.latest(screened.decision_id) == screened


@pytest.mark.promise(2)
def test_a_commit_fails_when_an_epoch_changed(
    deps: FakeDependencies, screened: ScreeningDecision
) -> None:
    deps.record(consent_event("w", "withdrawal"))
    epochs = deps.consents.epochs(ACME)
    deps.record(consent_event("v", "withdrawal", person="ann"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(screened, CommitPreconditions(epochs))

    deps.decisions.commit(screened, CommitPreconditions(deps.consents.epochs(ACME)))
    assert deps.decisions.latest(screened.decision_id) == screened


@pytest.mark.promise(2)
def test_a_commit_fails_when_the_first_event_of_a_customer_increments_an_epoch(
    deps: FakeDependencies, screened: ScreeningDecision
) -> None:
    deps.record(consent_event("w", "withdrawal"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(screened, NO_EPOCHS)

    assert deps.decisions.latest(screened.decision_id) is None


def test_the_denial_of_a_screening_has_no_preconditions(
    deps: FakeDependencies, screened: ScreeningDecision
) -> None:
    deps.decisions.commit(screened, NO_EPOCHS)
    deps.record(consent_event("w", "withdrawal"))
    denial = supersede(screened, at=NOW)

    deps.decisions.commit(denial, NONE)

    assert deps.decisions.latest(screened.decision_id) == denial


@pytest.mark.promise(1)
def test_a_commit_with_a_lost_response_succeeds_if_stored(
    client: Any, screened: ScreeningDecision
) -> None:
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).decisions.commit(
        screened, NO_EPOCHS
    )

    assert FakeDependencies(client).decisions.latest(screened.decision_id) == screened


@pytest.mark.promise(1)
@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.RESPONSE_LOST])
def test_a_commit_that_dynamodb_rejects_raises(
    client: Any, screened: ScreeningDecision, fault: Fault
) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, fault)).decisions.commit(screened, NO_EPOCHS)


def test_a_request_of_300_people_and_every_category_fits_in_one_item(
    deps: FakeDependencies,
) -> None:
    people = [{"person": f"{'p' * 120}{n}", "role": "participant"} for n in range(300)]
    every = ["service_generated", "customer_content", "public_web"]
    deps.grant(uses=[{"operation": "fine_tune", "service": "meeting_summary"}], data=every)

    decision = deps.decide(use_request(people=people, data=every))

    assert item_size(encode(*deps.decisions._item(decision))) < MOST_ITEM_BYTES
    assert deps.decisions.latest(decision.decision_id) == decision

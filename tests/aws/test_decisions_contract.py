"""The port `Decisions`, promise by promise, over our fake and over moto."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, denial_of
from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError
from tests.fakes.dynamodb import MOST_ITEM_BYTES, FakeDynamoDB
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import create_tables, item_size
from tests.fakes.worlds import ACME, NOW, SECOND, World, asked, consent_event

NO_FENCE = CommitPreconditions({"customer": 0})


@pytest.fixture
def decided() -> Decision:
    """An allow that nobody has committed to the tables under test."""
    elsewhere = FakeDynamoDB()
    create_tables(elsewhere)
    World(elsewhere).grant()
    return World(elsewhere).decide(asked())


def test_a_decision_that_was_committed_is_the_latest(deps: World, decided: Decision) -> None:
    assert deps.decisions.latest(decided.decision_id) is None

    deps.decisions.commit(decided, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == decided


def test_the_last_revision_is_the_latest(deps: World, decided: Decision) -> None:
    deps.decisions.commit(decided, NO_FENCE)
    denial = denial_of(decided)
    deps.decisions.commit(denial, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == denial


def test_a_revision_is_written_once(deps: World, decided: Decision) -> None:
    deps.decisions.commit(decided, NO_FENCE)

    with pytest.raises(AlreadyDecidedError):
        deps.decisions.commit(replace(decided, at=NOW + SECOND), NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) == decided


def test_nothing_is_written_when_an_absent_party_acted(deps: World, decided: Decision) -> None:
    deps.record(consent_event("w", "withdrawal"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, NO_FENCE)

    assert deps.decisions.latest(decided.decision_id) is None


def test_nothing_is_written_when_a_version_moved(deps: World, decided: Decision) -> None:
    deps.grant()
    deps.record(consent_event("w", "withdrawal"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, CommitPreconditions({"customer": 1}))

    deps.decisions.commit(decided, CommitPreconditions({"customer": 2}))
    assert deps.decisions.latest(decided.decision_id) == decided


def test_nothing_is_written_when_an_epoch_moved(deps: World, decided: Decision) -> None:
    deps.record(consent_event("w", "withdrawal"))
    epochs = deps.consents.epochs(ACME)
    deps.record(consent_event("v", "withdrawal", person="ann"))

    with pytest.raises(ConsentChangedError):
        deps.decisions.commit(decided, CommitPreconditions({}, epochs))

    deps.decisions.commit(decided, CommitPreconditions({}, deps.consents.epochs(ACME)))
    assert deps.decisions.latest(decided.decision_id) == decided


def test_with_epochs_a_version_is_not_looked_at(deps: World, decided: Decision) -> None:
    deps.grant()

    deps.decisions.commit(decided, CommitPreconditions({"customer": 7}, deps.consents.epochs(ACME)))

    assert deps.decisions.latest(decided.decision_id) == decided


def test_ninety_nine_parties_are_checked_with_one_commit(deps: World, decided: Decision) -> None:
    preconditions = CommitPreconditions({f"p{number}": 0 for number in range(99)})

    deps.decisions.commit(decided, preconditions)

    assert deps.decisions.latest(decided.decision_id) == decided


def test_a_commit_whose_answer_was_lost_returns_when_it_is_stored(
    client: Any, decided: Decision
) -> None:
    World(Faulty(client, Fault.ASKED_TWICE)).decisions.commit(decided, NO_FENCE)

    assert World(client).decisions.latest(decided.decision_id) == decided


@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.ANSWER_LOST])
def test_a_commit_that_dynamodb_answers_with_an_error_does_not_return(
    client: Any, decided: Decision, fault: Fault
) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, fault)).decisions.commit(decided, NO_FENCE)


def test_a_request_of_300_people_and_every_category_fits_into_one_item(deps: World) -> None:
    people = [{"person": f"{'p' * 120}{n}", "role": "participant"} for n in range(300)]
    every = ["service_generated", "customer_content", "public_web"]
    deps.grant(uses=[{"operation": "fine_tune", "service": "meeting_summary"}], data=every)

    decision = deps.decide(asked(people=people, data=every))

    assert item_size(deps.decisions._put(decision)["Put"]["Item"]) < MOST_ITEM_BYTES
    assert deps.decisions.latest(decision.decision_id) == decision

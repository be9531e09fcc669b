"""The port `Decisions`, promise by promise, over our fake and over moto."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.decision_table import item_of
from consentry.domain.decision.decision import Decision, denial_of
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import AlreadyDecidedError, ConsentMovedError
from tests.fakes.dynamodb import MOST_ITEM_BYTES, FakeDynamoDB
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import create_tables, item_size
from tests.fakes.worlds import ACME, NOW, SECOND, World, act, asked

NO_FENCE = Fence({"customer": 0})


@pytest.fixture
def decided() -> Decision:
    """An allow that nobody has committed to the tables under test."""
    elsewhere = FakeDynamoDB()
    create_tables(elsewhere)
    World(elsewhere).grant()
    return World(elsewhere).decide(asked())


def test_a_decision_that_was_committed_is_the_latest(world: World, decided: Decision) -> None:
    assert world.decisions.latest(decided.decision_id) is None

    world.decisions.commit(decided, NO_FENCE)

    assert world.decisions.latest(decided.decision_id) == decided


def test_the_last_revision_is_the_latest(world: World, decided: Decision) -> None:
    world.decisions.commit(decided, NO_FENCE)
    denial = denial_of(decided)
    world.decisions.commit(denial, NO_FENCE)

    assert world.decisions.latest(decided.decision_id) == denial


def test_a_revision_is_written_once(world: World, decided: Decision) -> None:
    world.decisions.commit(decided, NO_FENCE)

    with pytest.raises(AlreadyDecidedError):
        world.decisions.commit(replace(decided, at=NOW + SECOND), NO_FENCE)

    assert world.decisions.latest(decided.decision_id) == decided


def test_nothing_is_written_when_an_absent_party_acted(world: World, decided: Decision) -> None:
    world.record(act("w", "withdraw"))

    with pytest.raises(ConsentMovedError):
        world.decisions.commit(decided, NO_FENCE)

    assert world.decisions.latest(decided.decision_id) is None


def test_nothing_is_written_when_a_version_moved(world: World, decided: Decision) -> None:
    world.grant()
    world.record(act("w", "withdraw"))

    with pytest.raises(ConsentMovedError):
        world.decisions.commit(decided, Fence({"customer": 1}))

    world.decisions.commit(decided, Fence({"customer": 2}))
    assert world.decisions.latest(decided.decision_id) == decided


def test_nothing_is_written_when_an_epoch_moved(world: World, decided: Decision) -> None:
    world.record(act("w", "withdraw"))
    epochs = world.consents.epochs(ACME)
    world.record(act("v", "withdraw", person="ann"))

    with pytest.raises(ConsentMovedError):
        world.decisions.commit(decided, Fence({}, epochs))

    world.decisions.commit(decided, Fence({}, world.consents.epochs(ACME)))
    assert world.decisions.latest(decided.decision_id) == decided


def test_with_epochs_a_version_is_not_looked_at(world: World, decided: Decision) -> None:
    world.grant()

    world.decisions.commit(decided, Fence({"customer": 7}, world.consents.epochs(ACME)))

    assert world.decisions.latest(decided.decision_id) == decided


def test_ninety_nine_parties_are_checked_with_one_commit(world: World, decided: Decision) -> None:
    fence = Fence({f"p{number}": 0 for number in range(99)})

    world.decisions.commit(decided, fence)

    assert world.decisions.latest(decided.decision_id) == decided


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


def test_a_request_of_300_people_and_every_category_fits_into_one_item(world: World) -> None:
    people = [{"person": f"{'p' * 120}{n}", "role": "participant"} for n in range(300)]
    every = ["service_generated", "customer_content", "public_web"]
    world.grant(uses=[{"operation": "fine_tune", "service": "meeting_summary"}], data=every)

    decision = world.decide(asked(people=people, data=every))

    assert item_size(item_of(decision)) < MOST_ITEM_BYTES
    assert world.decisions.latest(decision.decision_id) == decision

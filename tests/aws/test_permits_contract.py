"""The port `Permits`, promise by promise, over our fake and over moto."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import AlreadyRedeemedError, ConsentChangedError, UnavailableError
from consentry.permits.redemption import Redemption, Revocation, RevocationReason
from consentry.permits.signature import IssuedPermit
from consentry.screening.screening_decision import ScreeningDecision, supersede
from tests.aws.test_transactions import CONFLICT, Contended
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.faults import Fault, Faulty
from tests.fakes.permits import allowed
from tests.fakes.tables import PERMITS, create_tables
from tests.fakes.worlds import ACME, NOW, SECOND, World, consent_event

NO_EPOCHS = CommitPreconditions({}, (0,) * 16, 0)


def elsewhere() -> tuple[ScreeningDecision, IssuedPermit]:
    client = FakeDynamoDB()
    create_tables(client)
    World(client).grant()
    return allowed(World(client))


DECISION, PERMIT = elsewhere()
REDEMPTION = Redemption(
    permit_id=PERMIT.permit.jti,
    decision_id=DECISION.decision_id,
    run_id="run-1",
    redeemed_by="somebody",
    at=NOW,
    until=PERMIT.permit.expires_at,
)
REVOCATION = Revocation(PERMIT.permit.jti, RevocationReason.OPERATOR, NOW)


def withdraws(deps: World) -> None:
    deps.record(consent_event("w", "withdrawal"))


def revises(deps: World) -> None:
    deps.decisions.commit(supersede(DECISION, at=NOW), CommitPreconditions({}))


def revokes(deps: World) -> None:
    deps.permits.revoke(REVOCATION)


MOVED = pytest.mark.parametrize("moves", [withdraws, revises, revokes])


@pytest.fixture
def issued(deps: World) -> World:
    deps.permits.issue(PERMIT, NO_EPOCHS)
    return deps


@pytest.fixture
def redeemed(issued: World) -> World:
    issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)
    return issued


def test_a_permit_that_was_issued_is_there_as_it_was(deps: World) -> None:
    assert deps.permits.issued(PERMIT.permit.jti) is None

    assert deps.permits.issue(PERMIT, NO_EPOCHS) == PERMIT

    assert deps.permits.issued(PERMIT.permit.jti) == PERMIT


def test_the_first_of_two_permits_of_one_id_is_the_one(issued: World) -> None:
    later = PERMIT.permit.model_copy(update={"iat": PERMIT.permit.iat + 1})

    assert issued.permits.issue(IssuedPermit(later, "other"), NO_EPOCHS) == PERMIT


@MOVED
def test_no_permit_is_issued_on_what_has_moved(deps: World, moves: Callable[[World], Any]) -> None:
    moves(deps)

    with pytest.raises(ConsentChangedError):
        deps.permits.issue(PERMIT, NO_EPOCHS)

    assert deps.permits.issued(PERMIT.permit.jti) is None


def test_a_redemption_is_there_under_its_run(redeemed: World) -> None:
    permits = redeemed.permits

    assert permits.redemption(PERMIT.permit.jti, "run-1") == REDEMPTION
    assert permits.redemption(PERMIT.permit.jti, "run-2") is None
    assert permits.redemption("acme~another", "run-1") is None
    permits.confirm(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_a_run_has_one_redemption(redeemed: World) -> None:
    with pytest.raises(AlreadyRedeemedError):
        redeemed.permits.redeem(PERMIT.permit, replace(REDEMPTION, at=NOW + SECOND), NO_EPOCHS)

    assert redeemed.permits.redemption(PERMIT.permit.jti, "run-1") == REDEMPTION


@MOVED
def test_nothing_is_redeemed_on_what_has_moved(
    issued: World, moves: Callable[[World], Any]
) -> None:
    moves(issued)

    with pytest.raises(ConsentChangedError):
        issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)

    assert issued.permits.redemption(PERMIT.permit.jti, "run-1") is None


@MOVED
@pytest.mark.parametrize("kept", [REDEMPTION, None], ids=["a redemption", "a permit"])
def test_nothing_is_confirmed_on_what_has_moved(
    redeemed: World, moves: Callable[[World], Any], kept: Redemption | None
) -> None:
    redeemed.permits.confirm(PERMIT.permit, kept, NO_EPOCHS)
    moves(redeemed)

    with pytest.raises(ConsentChangedError):
        redeemed.permits.confirm(PERMIT.permit, kept, NO_EPOCHS)


def test_what_was_never_redeemed_is_not_confirmed(issued: World) -> None:
    with pytest.raises(ConsentChangedError):
        issued.permits.confirm(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_what_was_never_issued_is_not_confirmed_nor_is_it_under_another_name(deps: World) -> None:
    with pytest.raises(ConsentChangedError):
        deps.permits.confirm(PERMIT.permit, None, NO_EPOCHS)

    deps.permits.issue(PERMIT, NO_EPOCHS)

    assert deps.permits.issued(PERMIT.permit.jti.replace("~", "#")) is None


def test_the_first_revocation_stays_written(issued: World) -> None:
    later = replace(REVOCATION, at=NOW + timedelta(hours=1))

    issued.permits.revoke(REVOCATION)
    issued.permits.revoke(later)

    place = {"pk": {"S": PERMIT.permit.jti.replace("~", "#")}, "sk": {"S": "revoked"}}
    kept = issued.client.get_item(TableName=PERMITS, Key=place, ConsistentRead=True)["Item"]
    assert kept["at"]["S"] == NOW.isoformat(timespec="microseconds")
    assert kept["reason"]["S"] == "operator"
    with pytest.raises(ConsentChangedError):
        issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_another_permits_revocation_is_its_own(issued: World) -> None:
    issued.permits.revoke(replace(REVOCATION, permit_id=f"{ACME}~another"))

    issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_writes_whose_answers_were_lost_return_when_they_are_kept(client: Any) -> None:
    World(Faulty(client, Fault.ASKED_TWICE)).permits.issue(PERMIT, NO_EPOCHS)
    World(Faulty(client, Fault.ASKED_TWICE)).permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)
    World(Faulty(client, Fault.ASKED_TWICE)).permits.revoke(REVOCATION)

    assert World(client).permits.issued(PERMIT.permit.jti) == PERMIT
    assert World(client).permits.redemption(PERMIT.permit.jti, "run-1") == REDEMPTION


@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.ANSWER_LOST])
def test_a_write_that_dynamodb_answers_with_an_error_does_not_return(
    client: Any, fault: Fault
) -> None:
    with pytest.raises(ClientError):
        World(Faulty(client, fault)).permits.issue(PERMIT, NO_EPOCHS)
    with pytest.raises(ClientError):
        World(Faulty(client, fault)).permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_a_revocation_that_met_anothers_write_is_tried_again(fake: FakeDynamoDB) -> None:
    World(fake).permits.issue(PERMIT, NO_EPOCHS)

    World(Contended(fake, CONFLICT)).permits.revoke(REVOCATION)

    with pytest.raises(ConsentChangedError):
        World(fake).permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_writes_that_keep_meeting_others_are_no_answer(fake: FakeDynamoDB) -> None:
    contended = World(Contended(fake, *[CONFLICT] * 100)).permits

    with pytest.raises(UnavailableError):
        contended.issue(PERMIT, NO_EPOCHS)
    with pytest.raises(UnavailableError):
        contended.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)
    with pytest.raises(UnavailableError):
        contended.revoke(REVOCATION)

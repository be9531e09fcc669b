"""The contract of PermitRepository, over our fake and over moto."""

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
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.permits import allowed
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.faults import CONFLICT, ConflictingClient, Fault, FaultyClient

NO_EPOCHS = CommitPreconditions((0,) * 16, 0)


def elsewhere() -> tuple[ScreeningDecision, IssuedPermit]:
    client = FakeDynamoDB()
    create_tables(client)
    FakeDependencies(client).grant()
    return allowed(FakeDependencies(client))


DECISION, PERMIT = elsewhere()
REDEMPTION = Redemption(
    permit_id=PERMIT.permit.jti,
    decision_id=DECISION.decision_id,
    run_id="run-1",
    redeemed_by="operator",
    at=NOW,
    until=PERMIT.permit.expires_at,
)
REVOCATION = Revocation(PERMIT.permit.jti, RevocationReason.OPERATOR, NOW)


def withdraws(deps: FakeDependencies) -> None:
    deps.record(consent_event("w", "withdrawal"))


def revises(deps: FakeDependencies) -> None:
    deps.decisions.commit(supersede(DECISION, at=NOW), CommitPreconditions())


def revokes(deps: FakeDependencies) -> None:
    deps.permits.revoke(REVOCATION)


MOVED = pytest.mark.parametrize("moves", [withdraws, revises, revokes])


@pytest.fixture
def issued(deps: FakeDependencies) -> FakeDependencies:
    deps.permits.issue(PERMIT, NO_EPOCHS)
    return deps


@pytest.fixture
def redeemed(issued: FakeDependencies) -> FakeDependencies:
    issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)
    return issued


def test_an_issued_permit_is_read_back_unchanged(deps: FakeDependencies) -> None:
    assert deps.permits.get(PERMIT.permit.jti) is None

    assert deps.permits.issue(PERMIT, NO_EPOCHS) == PERMIT

    assert deps.permits.get(PERMIT.permit.jti) == PERMIT


def test_the_first_permit_with_an_id_is_never_overwritten(issued: FakeDependencies) -> None:
    later = PERMIT.permit.model_copy(update={"iat": PERMIT.permit.iat + 1})

    assert issued.permits.issue(IssuedPermit(later, "other"), NO_EPOCHS) == PERMIT


@MOVED
def test_no_permit_is_issued_when_a_precondition_changed(
    deps: FakeDependencies, moves: Callable[[FakeDependencies], Any]
) -> None:
    moves(deps)

    with pytest.raises(ConsentChangedError):
        deps.permits.issue(PERMIT, NO_EPOCHS)

    assert deps.permits.get(PERMIT.permit.jti) is None


def test_a_redemption_is_found_by_its_run(redeemed: FakeDependencies) -> None:
    permits = redeemed.permits

    assert permits.get_redemption(PERMIT.permit.jti, "run-1") == REDEMPTION
    assert permits.get_redemption(PERMIT.permit.jti, "run-2") is None
    assert permits.get_redemption("acme~another", "run-1") is None
    permits.recheck(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_a_run_has_one_redemption(redeemed: FakeDependencies) -> None:
    with pytest.raises(AlreadyRedeemedError):
        redeemed.permits.redeem(
            PERMIT.permit, REDEMPTION.model_copy(update={"at": NOW + SECOND}), NO_EPOCHS
        )

    assert redeemed.permits.get_redemption(PERMIT.permit.jti, "run-1") == REDEMPTION


@MOVED
def test_no_permit_is_redeemed_when_a_precondition_changed(
    issued: FakeDependencies, moves: Callable[[FakeDependencies], Any]
) -> None:
    moves(issued)

    with pytest.raises(ConsentChangedError):
        issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)

    assert issued.permits.get_redemption(PERMIT.permit.jti, "run-1") is None


@MOVED
@pytest.mark.parametrize("stored", [REDEMPTION, None], ids=["a redemption", "a permit"])
def test_a_recheck_fails_when_a_precondition_changed(
    redeemed: FakeDependencies, moves: Callable[[FakeDependencies], Any], stored: Redemption | None
) -> None:
    redeemed.permits.recheck(PERMIT.permit, stored, NO_EPOCHS)
    moves(redeemed)

    with pytest.raises(ConsentChangedError):
        redeemed.permits.recheck(PERMIT.permit, stored, NO_EPOCHS)


def test_a_recheck_of_a_missing_redemption_fails(issued: FakeDependencies) -> None:
    with pytest.raises(ConsentChangedError):
        issued.permits.recheck(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_a_recheck_of_a_permit_that_was_never_issued_fails(deps: FakeDependencies) -> None:
    with pytest.raises(ConsentChangedError):
        deps.permits.recheck(PERMIT.permit, None, NO_EPOCHS)

    deps.permits.issue(PERMIT, NO_EPOCHS)

    assert deps.permits.get(PERMIT.permit.jti.replace("~", "#")) is None


def test_the_first_revocation_is_never_overwritten(issued: FakeDependencies) -> None:
    later = replace(REVOCATION, at=NOW + timedelta(hours=1))

    issued.permits.revoke(REVOCATION)
    issued.permits.revoke(later)

    assert issued.permits.get_revocations([PERMIT.permit.jti, f"{ACME}~another"]) == {
        PERMIT.permit.jti: REVOCATION
    }
    with pytest.raises(ConsentChangedError):
        issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_revoking_one_permit_does_not_revoke_another(issued: FakeDependencies) -> None:
    issued.permits.revoke(replace(REVOCATION, permit_id=f"{ACME}~another"))

    issued.permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_permit_writes_with_a_lost_response_succeed_if_stored(client: Any) -> None:
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).permits.issue(PERMIT, NO_EPOCHS)
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).permits.redeem(
        PERMIT.permit, REDEMPTION, NO_EPOCHS
    )
    FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK)).permits.revoke(REVOCATION)

    assert FakeDependencies(client).permits.get(PERMIT.permit.jti) == PERMIT
    assert FakeDependencies(client).permits.get_redemption(PERMIT.permit.jti, "run-1") == REDEMPTION


@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.RESPONSE_LOST])
def test_a_permit_write_that_dynamodb_rejects_raises(client: Any, fault: Fault) -> None:
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, fault)).permits.issue(PERMIT, NO_EPOCHS)
    with pytest.raises(ClientError):
        FakeDependencies(FaultyClient(client, fault)).permits.redeem(
            PERMIT.permit, REDEMPTION, NO_EPOCHS
        )


def test_a_revocation_retries_after_a_transaction_conflict(fake: FakeDynamoDB) -> None:
    FakeDependencies(fake).permits.issue(PERMIT, NO_EPOCHS)

    FakeDependencies(ConflictingClient(fake, CONFLICT)).permits.revoke(REVOCATION)

    with pytest.raises(ConsentChangedError):
        FakeDependencies(fake).permits.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)


def test_permit_writes_that_keep_conflicting_are_unavailable(fake: FakeDynamoDB) -> None:
    contended = FakeDependencies(ConflictingClient(fake, *[CONFLICT] * 100)).permits

    with pytest.raises(UnavailableError):
        contended.issue(PERMIT, NO_EPOCHS)
    with pytest.raises(UnavailableError):
        contended.redeem(PERMIT.permit, REDEMPTION, NO_EPOCHS)

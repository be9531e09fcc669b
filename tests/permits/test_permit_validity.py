"""A permit is valid until its consents, its assignment or its decision change, or it is revoked."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ForbiddenCustomerError,
    InvalidPermitSignatureError,
    NotFoundError,
    RevokedPermitError,
)
from consentry.kernel.vocabulary import ModelOwner, Operation
from consentry.permits.data_permit import MAX_LIFETIME
from consentry.terms.assignment import Assignment
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, OPERATOR, SECOND, FakeDependencies
from tests.testkit.builders.issued_permits import (
    PermitDriver,
    before_transaction,
    revoke,
    revoked,
    withdraws,
)
from tests.testkit.builders.permits import signed
from tests.testkit.builders.screenings import ScreeningDriver
from tests.testkit.fakes.dynamodb_tables import PERMITS
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner


def reassigned(deps: FakeDependencies) -> None:
    assign(deps)


def dry_run(deps: FakeDependencies) -> None:
    deps.assignment = Assignment(terms="announced", guardrails=("house",), dry_run=("house",))
    del deps.assignments


def revised(deps: FakeDependencies) -> None:
    ScreeningDriver(deps).screen(at=NOW + MAX_LIFETIME)


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "change",
    [
        lambda deps: withdraws(deps, None),
        lambda deps: withdraws(deps, "ann"),
        lambda deps: withdraws(deps, "other"),
        reassigned,
        dry_run,
        revoked,
        revised,
    ],
    ids=["customer withdrew", "ann withdrew", "another person withdrew", "other terms", "dry run",
         "revoked", "revised"],
)  # fmt: skip
@pytest.mark.parametrize("earlier_runs", [[], ["run-1"], ["run-2"]], ids=["none", "same", "other"])
def test_a_permit_is_not_redeemed_after_its_inputs_changed(
    issued: PermitDriver, change: Callable[[FakeDependencies], None], earlier_runs: list[str]
) -> None:
    for run_id in earlier_runs:
        issued.redeem(run_id=run_id)

    change(issued.deps)

    with pytest.raises(RevokedPermitError):
        issued.redeem(at=NOW + SECOND)


@pytest.mark.parametrize(
    "change", [revoked, lambda deps: withdraws(deps, "ann"), reassigned, revised]
)
@pytest.mark.parametrize("redemptions", [0, 1], ids=["first", "again"])
def test_a_change_just_before_the_write_prevents_redemption(
    issued: PermitDriver, change: Callable[[FakeDependencies], None], redemptions: int
) -> None:
    for _ in range(redemptions):
        issued.redeem()

    before_transaction(issued.deps, 1, lambda: change(issued.deps))

    with pytest.raises(RevokedPermitError):
        issued.redeem()
    assert (
        len([sk for _, sk in issued.deps.client.tables[PERMITS].items if "run" in sk])
        == redemptions
    )


@pytest.mark.parametrize("other_id", ["decision_id", "data_set", "none", "#"])
def test_revoking_an_unknown_permit_id_is_not_found(issued: PermitDriver, other_id: str) -> None:
    ids = {
        "decision_id": issued.decision.decision_id,
        "data_set": issued.decision.data_set_id or "",
        "none": "acme~none",
        "#": issued.permit.permit.jti.replace("~", "#"),
    }

    with pytest.raises(NotFoundError):
        revoke(issued.deps, ids[other_id], OPERATOR)

    assert len(issued.deps.client.tables[PERMITS].items) == 1


def test_a_caller_cannot_revoke_another_customers_permit(issued: PermitDriver) -> None:
    with pytest.raises(ForbiddenCustomerError):
        revoke(issued.deps, issued.permit.permit.jti, Caller.allowed("propagation", "globex"))

    issued.redeem()


@pytest.mark.parametrize(
    "changed",
    [
        {"admitted": "0" * 64},
        {"manifest": "0" * 64},
        {"operation": Operation.PRETRAIN},
        {"model_owner": ModelOwner.THIRD_PARTY},
        {"exp": int(NOW.timestamp()) + 899},
    ],
    ids=["file", "manifest", "use", "model owner", "end"],
)
def test_a_tampered_stored_permit_is_not_redeemed(
    issued: PermitDriver, changed: dict[str, Any]
) -> None:
    permit = issued.permit.permit.model_copy(update=changed)
    (item,) = issued.deps.client.tables[PERMITS].items.values()
    compact = signed(permit, InMemoryPermitSigner())
    item |= {"claims": {"S": permit.model_dump_json()}, "compact": {"S": compact}}
    use = {"operation": permit.operation, "service": permit.service}

    with pytest.raises(InvalidPermitSignatureError):
        issued.redeem(
            permit=compact, admitted=permit.admitted, use=use, model_owner=permit.model_owner
        )

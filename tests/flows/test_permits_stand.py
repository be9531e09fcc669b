"""A permit stands as long as what it stands on: consents, books, the decision, and that nobody revoked it."""

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
from tests.fakes.permits import signed
from tests.fakes.screenings import Screened
from tests.fakes.signers import LocalSigner
from tests.fakes.tables import PERMITS
from tests.fakes.worlds import NOW, OPERATOR, SECOND, World
from tests.flows.binding import assign
from tests.flows.permits import Issued, before_transaction, revoke, revoked, withdraws


def rebound(deps: World) -> None:
    assign(deps)


def dry_run(deps: World) -> None:
    deps.assignment = Assignment(terms="announced", guardrails=("house",), dry_run=("house",))
    del deps.assignments


def revised(deps: World) -> None:
    Screened(deps).screen(at=NOW + MAX_LIFETIME)


@pytest.mark.parametrize(
    "moved",
    [
        lambda deps: withdraws(deps, None),
        lambda deps: withdraws(deps, "ann"),
        lambda deps: withdraws(deps, "somebody-else"),
        rebound,
        dry_run,
        revoked,
        revised,
    ],
    ids=["the customer withdrew", "ann withdrew", "somebody withdrew", "other books", "other rules",
         "revoked", "revised"],
)  # fmt: skip
@pytest.mark.parametrize("before", [[], ["run-1"], ["run-2"]], ids=["never", "same", "other"])
def test_when_what_it_stands_on_has_moved_no_run_redeems_it(
    issued: Issued, moved: Callable[[World], None], before: list[str]
) -> None:
    for run_id in before:
        issued.redeem(run_id=run_id)

    moved(issued.deps)

    with pytest.raises(RevokedPermitError):
        issued.redeem(at=NOW + SECOND)


@pytest.mark.parametrize(
    "happens", [revoked, lambda deps: withdraws(deps, "ann"), rebound, revised]
)
@pytest.mark.parametrize("before", [0, 1], ids=["first", "again"])
def test_what_moves_just_before_the_write_is_seen_by_it(
    issued: Issued, happens: Callable[[World], None], before: int
) -> None:
    for _ in range(before):
        issued.redeem()

    before_transaction(issued.deps, 1, lambda: happens(issued.deps))

    with pytest.raises(RevokedPermitError):
        issued.redeem()
    assert len([sk for _, sk in issued.deps.client.tables[PERMITS].items if "run" in sk]) == before


@pytest.mark.parametrize("another", ["decision_id", "data_set", "none", "#"])
def test_what_no_permit_has_for_its_id_is_not_revoked(issued: Issued, another: str) -> None:
    ids = {
        "decision_id": issued.decision.decision_id,
        "data_set": issued.decision.data_set or "",
        "none": "acme~none",
        "#": issued.permit.permit.jti.replace("~", "#"),
    }

    with pytest.raises(NotFoundError):
        revoke(issued.deps, ids[another], OPERATOR)

    assert len(issued.deps.client.tables[PERMITS].items) == 1


def test_another_customers_permit_is_not_revoked(issued: Issued) -> None:
    with pytest.raises(ForbiddenCustomerError):
        revoke(issued.deps, issued.permit.permit.jti, Caller.allowed("reach", "globex"))

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
def test_what_lies_where_permits_are_kept_is_redeemed_only_as_it_was_decided(
    issued: Issued, changed: dict[str, Any]
) -> None:
    permit = issued.permit.permit.model_copy(update=changed)
    (item,) = issued.deps.client.tables[PERMITS].items.values()
    compact = signed(permit, LocalSigner())
    item |= {"claims": {"S": permit.model_dump_json()}, "compact": {"S": compact}}
    use = {"operation": permit.operation, "service": permit.service}

    with pytest.raises(InvalidPermitSignatureError):
        issued.redeem(
            permit=compact, admitted=permit.admitted, use=use, model_owner=permit.model_owner
        )

"""A permit stands as long as what it stands on: consents, books, the decision, and that nobody revoked it."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.domain.callers import Caller
from consentry.domain.errors import (
    ForeignCustomerError,
    ForgedPermitError,
    NotFoundError,
    RevokedPermitError,
)
from consentry.domain.permits.permit import LONGEST
from consentry.domain.terms.binding import Binding
from consentry.domain.vocabulary import ModelOwner, Operation
from tests.fakes.permits import signed
from tests.fakes.screenings import Screened
from tests.fakes.signers import LocalSigner
from tests.fakes.tables import PERMITS
from tests.fakes.worlds import NOW, OPERATOR, SECOND, World
from tests.flows.binding import bind
from tests.flows.permits import Issued, before_transaction, revoke, revoked, withdraws


def rebound(world: World) -> None:
    bind(world)


def observed(world: World) -> None:
    world.binding = Binding(terms="announced", limits=("house",), observed=("house",))
    del world.bindings


def revised(world: World) -> None:
    Screened(world).screen(at=NOW + LONGEST)


@pytest.mark.parametrize(
    "moved",
    [
        lambda world: withdraws(world, None),
        lambda world: withdraws(world, "ann"),
        lambda world: withdraws(world, "somebody-else"),
        rebound,
        observed,
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

    moved(issued.world)

    with pytest.raises(RevokedPermitError):
        issued.redeem(at=NOW + SECOND)


@pytest.mark.parametrize(
    "happens", [revoked, lambda world: withdraws(world, "ann"), rebound, revised]
)
@pytest.mark.parametrize("before", [0, 1], ids=["first", "again"])
def test_what_moves_just_before_the_write_is_seen_by_it(
    issued: Issued, happens: Callable[[World], None], before: int
) -> None:
    for _ in range(before):
        issued.redeem()

    before_transaction(issued.world, 1, lambda: happens(issued.world))

    with pytest.raises(RevokedPermitError):
        issued.redeem()
    assert len([sk for _, sk in issued.world.client.tables[PERMITS].items if "run" in sk]) == before


@pytest.mark.parametrize("another", ["decision_id", "data_set", "none", "#"])
def test_what_no_permit_has_for_its_id_is_not_revoked(issued: Issued, another: str) -> None:
    ids = {
        "decision_id": issued.decision.decision_id,
        "data_set": issued.decision.data_set or "",
        "none": "acme~none",
        "#": issued.permit.permit.jti.replace("~", "#"),
    }

    with pytest.raises(NotFoundError):
        revoke(issued.world, ids[another], OPERATOR)

    assert len(issued.world.client.tables[PERMITS].items) == 1


def test_another_customers_permit_is_not_revoked(issued: Issued) -> None:
    with pytest.raises(ForeignCustomerError):
        revoke(issued.world, issued.permit.permit.jti, Caller.allowed("reach", "globex"))

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
    (item,) = issued.world.client.tables[PERMITS].items.values()
    compact = signed(permit, LocalSigner())
    item |= {"claims": {"S": permit.model_dump_json()}, "compact": {"S": compact}}
    use = {"operation": permit.operation, "service": permit.service}

    with pytest.raises(ForgedPermitError):
        issued.redeem(
            permit=compact, admitted=permit.admitted, use=use, model_owner=permit.model_owner
        )

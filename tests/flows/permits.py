"""A permit of Acme's to tell stories with, and what can happen to what it stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from consentry.domain.callers import Caller
from consentry.domain.permits.permit_jws import IssuedPermit
from consentry.domain.permits.redemption import Because
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.revoke_permit import revoke_permit
from tests.fakes.permits import redeem
from tests.fakes.tables import PERMITS
from tests.fakes.worlds import ACME, NOW, World, act

LATER = NOW + timedelta(minutes=1)


@dataclass
class Issued:
    """Acme's world, a decision in it, and the decision's permit."""

    world: World
    decision: ScreeningDecision
    permit: IssuedPermit

    def redeem(self, **said: Any) -> Any:
        return redeem(self.world, self.permit, **said)


def withdraws(world: World, person: str | None) -> None:
    world.record(act(f"w-{person}", "withdraw", person=person))


def before_transaction(world: World, number: int, happens: Callable[[], object]) -> World:
    """The world, in which something happens before its next transaction but so many."""
    write, left = world.client.transact_write_items, [number]

    def interrupted(**asked: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            happens()
        return write(**asked)

    world.client.transact_write_items = interrupted
    return world


def revoked(world: World) -> None:
    (pk, _) = next(iter(world.client.tables[PERMITS].items))
    revoke(world, pk.replace("#", "~"), Caller.allowed("reach", ACME))


def revoke(world: World, permit_id: str, caller: Caller) -> None:
    revoke_permit(permit_id, because=Because.WITHDRAWN, caller=caller, at=NOW, world=world)

"""Redeeming flows that look right and are not: the harness must catch each of them."""

from datetime import datetime
from typing import Self

from consentry.aws.permit_table import PermitTable
from consentry.domain.decision.fence import Fence
from consentry.domain.permits.permit import Permit
from consentry.domain.permits.permit_jws import IssuedPermit
from consentry.domain.permits.redemption import Redemption
from tests.fakes.actors import Tell
from tests.fakes.worlds import World
from tests.flows.redeeming import through


class Unfenced(PermitTable):
    """Permits whose redemption is put when the flow's own reads have found nothing wrong."""

    @classmethod
    def over(cls, table: PermitTable) -> Self:
        """The same table."""
        return cls(**vars(table))

    def redeem(self, permit: Permit, redemption: Redemption, fence: Fence) -> None:
        """A write without a check."""
        super().redeem(permit, redemption, Fence({}))

    def confirm(self, permit: Permit, redemption: Redemption | None, fence: Fence) -> None:
        """Read just now, so it must be so."""


def epochs_read_then_put(
    world: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: reads the epochs, then puts the redemption without looking at them again."""
    tell(through(world, permit, run_id, at, Unfenced.over(world.permits)))


def redemption_replayed(
    world: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: a run that redeemed once is told so again, as an idempotency cache does."""
    known = world.permits.redemption(permit.permit.jti, run_id)
    tell(known or through(world, permit, run_id, at))


def told_before_it_is_kept(
    world: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: answers when the checks are done, and keeps the redemption then."""

    class Telling(Unfenced):
        def redeem(self, permit: Permit, redemption: Redemption, fence: Fence) -> None:
            tell(redemption)
            super().redeem(permit, redemption, fence)

    through(world, permit, run_id, at, Telling.over(world.permits))

"""Redeeming flows that look right and are not: the harness must catch each of them."""

from datetime import datetime
from typing import Self

from consentry.consent.preconditions import CommitPreconditions
from consentry.permits.data_permit import DataPermit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redemption import Redemption
from consentry.permits.signature import IssuedPermit
from tests.fakes.actors import Tell
from tests.fakes.worlds import World
from tests.flows.redeeming import through


class Unfenced(PermitRepository):
    """Permits whose redemption is put when the flow's own reads have found nothing wrong."""

    @classmethod
    def over(cls, table: PermitRepository) -> Self:
        """The same table."""
        return cls(**vars(table))

    def redeem(
        self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
    ) -> None:
        """A write without a check."""
        super().redeem(permit, redemption, CommitPreconditions({}))

    def confirm(
        self, permit: DataPermit, redemption: Redemption | None, preconditions: CommitPreconditions
    ) -> None:
        """Read just now, so it must be so."""


def epochs_read_then_put(
    deps: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: reads the epochs, then puts the redemption without looking at them again."""
    tell(through(deps, permit, run_id, at, Unfenced.over(deps.permits)))


def redemption_replayed(
    deps: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: a run that redeemed once is told so again, as an idempotency cache does."""
    known = deps.permits.redemption(permit.permit.jti, run_id)
    tell(known or through(deps, permit, run_id, at))


def told_before_it_is_kept(
    deps: World, permit: IssuedPermit, run_id: str, at: datetime, tell: Tell
) -> None:
    """The vulnerable twin: answers when the checks are done, and keeps the redemption then."""

    class Telling(Unfenced):
        def redeem(
            self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
        ) -> None:
            tell(redemption)
            super().redeem(permit, redemption, preconditions)

    through(deps, permit, run_id, at, Telling.over(deps.permits))

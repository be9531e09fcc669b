"""Redeeming flows that look right and are not: the harness must catch each of them."""

from datetime import datetime
from typing import Self

from consentry.consent.preconditions import CommitPreconditions
from consentry.permits.data_permit import DataPermit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redemption import Redemption
from consentry.permits.signature import IssuedPermit
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.interleaving.actors import Report
from tests.testkit.interleaving.redemption_scenarios import through


class WithoutPreconditions(PermitRepository):
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

    def recheck(
        self, permit: DataPermit, redemption: Redemption | None, preconditions: CommitPreconditions
    ) -> None:
        """Read just now, so it must be so."""


def epochs_read_then_put(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """The vulnerable twin: reads the epochs, then puts the redemption without looking at them again."""
    report(through(deps, permit, run_id, at, WithoutPreconditions.over(deps.permits)))


def cached_redemption_replayed(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """The vulnerable twin: a run that redeemed once is told so again, as an idempotency cache does."""
    known = deps.permits.get_redemption(permit.permit.jti, run_id)
    report(known or through(deps, permit, run_id, at))


def answered_before_stored(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """The vulnerable twin: answers when the checks are done, and keeps the redemption then."""

    class AnsweringFirst(WithoutPreconditions):
        def redeem(
            self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
        ) -> None:
            report(redemption)
            super().redeem(permit, redemption, preconditions)

    through(deps, permit, run_id, at, AnsweringFirst.over(deps.permits))

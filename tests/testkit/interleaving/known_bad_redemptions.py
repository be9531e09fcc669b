"""Ways to redeem a permit that look right and are wrong. The explorer must catch each of them."""

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
    """A permit repository that writes redemptions without a check."""

    @classmethod
    def over(cls, repository: PermitRepository) -> Self:
        """The variant of a repository, on the same table."""
        return cls(**vars(repository))

    def redeem(
        self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
    ) -> None:
        """Write without preconditions."""
        super().redeem(permit, redemption, CommitPreconditions())

    def recheck(
        self, permit: DataPermit, redemption: Redemption | None, preconditions: CommitPreconditions
    ) -> None:
        """Trust what was just read."""


def epochs_read_then_put(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """Read the epochs, then put the redemption without checking them again."""
    report(through(deps, permit, run_id, at, WithoutPreconditions.over(deps.permits)))


def cached_redemption_replayed(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """Replay a run's redemption, as an idempotency cache does."""
    earlier = deps.permits.get_redemption(permit.permit.jti, run_id)
    report(earlier or through(deps, permit, run_id, at))


def answered_before_stored(
    deps: FakeDependencies, permit: IssuedPermit, run_id: str, at: datetime, report: Report
) -> None:
    """Answer after the checks, and store the redemption after the answer."""

    class AnsweringFirst(WithoutPreconditions):
        def redeem(
            self, permit: DataPermit, redemption: Redemption, preconditions: CommitPreconditions
        ) -> None:
            report(redemption)
            super().redeem(permit, redemption, preconditions)

    through(deps, permit, run_id, at, AnsweringFirst.over(deps.permits))

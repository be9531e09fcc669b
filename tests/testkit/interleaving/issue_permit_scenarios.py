"""Scenarios of permits that are issued or revoked concurrently with withdrawals and redemptions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import ConsentChangedError, RevokedPermitError
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redeem_permit import revoke_permit
from consentry.permits.redemption import RevocationReason
from consentry.permits.signature import IssuedPermit
from consentry.screening_jobs.issue_permit import PermitIssuer
from tests.testkit.builders.dependencies import ACME, NOW, OPERATOR, SECOND, FakeDependencies
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import PERMITS
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import GRANTED, PERSON, WITHDRAWAL
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.redemption_scenarios import (
    ASSIGNMENT,
    issued,
    redeemed_once,
    redemption_work,
    screened,
)
from tests.testkit.interleaving.scenario import Scenario

type Issue = Callable[[PermitRepository, datetime], IssuedPermit | None]


def decided(client: FakeDynamoDB) -> None:
    """The customer granted, and a manifest was screened. Its permit is not issued yet."""
    issued(client)
    client.tables[PERMITS].items.clear()


def issue(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """Issue with the use case."""
    issuer = PermitIssuer("consentry-tests", InMemoryPermitSigner(), permits)
    return issuer.issue(screened()[0], audience=ACME, at=at)


def issue_work(by: Issue = issue) -> Work:
    """Deliver until there is a permit or none. Each delivery would sign a different one."""

    def deliver(client: Any, attempt: int, report: Report) -> None:
        try:
            report(by(FakeDependencies(client).permits, NOW + attempt * SECOND))
        except ConsentChangedError:
            report(RevokedPermitError())

    return Work(Operation("decide", "permit"), deliver)


def _revoke(client: Any, attempt: int, report: Report) -> None:
    permit_id, at = screened()[1].permit.jti, NOW + attempt * SECOND
    deps = FakeDependencies(client)
    report(
        revoke_permit(
            permit_id, reason=RevocationReason.OPERATOR, caller=OPERATOR, at=at, deps=deps
        )
    )


REVOCATION = Work(Operation("withdrawal", "revoked", "the permit"), _revoke)


def scenarios(by: Issue = issue) -> dict[str, Scenario]:
    """Two actors at once. At the end of each the same work runs again."""
    once, run, then = (
        (issue_work(by),),
        (redemption_work(),),
        (redemption_work(), redemption_work("run-2")),
    )
    first, there = (decided, Ledger((GRANTED,))), (issued, Ledger((GRANTED,)))
    returned = (issued, Ledger((GRANTED,), (("permit", ALLOW, 1),)))
    redeemed = (redeemed_once, Ledger((GRANTED,), (("run-1", ALLOW, 1),)))
    return {
        "issued while the customer withdraws": Scenario(*first, (once, (WITHDRAWAL,)), once),
        "issued while a person in the data withdraws": Scenario(*first, (once, (PERSON,)), once),
        "issued during an assignment": Scenario(*first, (once, (ASSIGNMENT,)), once),
        "issued twice at once": Scenario(*first, (once, once), (*once, WITHDRAWAL, *once)),
        "returned again while it is revoked": Scenario(*returned, (once, (REVOCATION,)), once),
        "a run while it is revoked": Scenario(*there, (run, (REVOCATION,)), then),
        "the same run while it is revoked": Scenario(*redeemed, (run, (REVOCATION,)), then),
        "revoked twice at once": Scenario(*there, ((REVOCATION,), (REVOCATION,)), then),
    }


class WithoutPreconditions(PermitRepository):
    """A permit repository that stores permits without preconditions."""

    def issue(self, permit: IssuedPermit, preconditions: object) -> IssuedPermit:
        """Check only that the permit id is new."""
        return super().issue(permit, CommitPreconditions())


def issued_without_preconditions(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """A known-bad variant: store a permit without checking the epochs again."""
    return issue(WithoutPreconditions(**vars(permits)), at)


class WithoutRecheck(PermitRepository):
    """A permit repository that returns a stored permit without checks."""

    def recheck(self, permit: object, redemption: object, preconditions: object) -> None:
        """Trust what is stored."""


def reissued_without_recheck(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """A known-bad variant: return a stored permit whatever has changed."""
    return issue(WithoutRecheck(**vars(permits)), at)


class OwnPermitReturned(PermitRepository):
    """A permit repository that returns the permit of this run, not the stored one."""

    def issue(self, permit: IssuedPermit, preconditions: CommitPreconditions) -> IssuedPermit:
        """Ignore what was stored before."""
        super().issue(permit, preconditions)
        return permit


def own_permit_returned(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """A known-bad variant: return the permit that this run signed, although another is stored."""
    return issue(OwnPermitReturned(**vars(permits)), at)

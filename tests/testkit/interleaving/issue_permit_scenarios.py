"""Permits issued and revoked while others withdraw or redeem: what two actors have to get done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import ConsentChangedError, RevokedPermitError
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.redemption import RevocationReason
from consentry.permits.revoke_permit import revoke_permit
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
    BINDING,
    issued,
    redeemed_once,
    redeeming,
    screened,
)
from tests.testkit.interleaving.scenario import Scenario

type Issuing = Callable[[PermitRepository, datetime], IssuedPermit | None]


def decided(client: FakeDynamoDB) -> None:
    """The customer granted, and a manifest was screened: its permit is still to be issued."""
    issued(client)
    client.tables[PERMITS].items.clear()


def flow(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """The flow itself."""
    issuer = PermitIssuer("consentry-tests", InMemoryPermitSigner(), permits)
    return issuer.issue(screened()[0], audience=ACME, at=at)


def issuing(by: Issuing = flow) -> Work:
    """Deliver until there is a permit or none; each delivery would write and sign another one."""

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


def scenarios(by: Issuing = flow) -> dict[str, Scenario]:
    """By their stories; every one ends with the same once more."""
    issue, run, then = (issuing(by),), (redeeming(),), (redeeming(), redeeming("run-2"))
    first, there = (decided, Ledger((GRANTED,))), (issued, Ledger((GRANTED,)))
    handed_out = (issued, Ledger((GRANTED,), (("permit", ALLOW, 1),)))
    redeemed = (redeemed_once, Ledger((GRANTED,), (("run-1", ALLOW, 1),)))
    return {
        "issued while the customer withdraws": Scenario(*first, (issue, (WITHDRAWAL,)), issue),
        "issued while somebody in the data withdraws": Scenario(*first, (issue, (PERSON,)), issue),
        "issued while the customer is bound": Scenario(*first, (issue, (BINDING,)), issue),
        "issued twice at once": Scenario(*first, (issue, issue), (*issue, WITHDRAWAL, *issue)),
        "handed out again while it is revoked": Scenario(
            *handed_out, (issue, (REVOCATION,)), issue
        ),
        "a run while it is revoked": Scenario(*there, (run, (REVOCATION,)), then),
        "the same run while it is revoked": Scenario(*redeemed, (run, (REVOCATION,)), then),
        "revoked twice at once": Scenario(*there, ((REVOCATION,), (REVOCATION,)), then),
    }


class WithoutPreconditions(PermitRepository):
    """Permits that are kept when the flow's own reads have found nothing wrong."""

    def issue(self, permit: IssuedPermit, preconditions: object) -> IssuedPermit:
        """A write on the permit's own id alone."""
        return super().issue(permit, CommitPreconditions({}))


def issued_without_preconditions(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """The vulnerable twin: keeps a permit without looking at the epochs again."""
    return flow(WithoutPreconditions(**vars(permits)), at)


class WithoutRecheck(PermitRepository):
    """Permits that are handed out again as they are kept."""

    def recheck(self, permit: object, redemption: object, preconditions: object) -> None:
        """It was issued, so it must be so."""


def reissued_without_recheck(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """The vulnerable twin: a permit that is kept is handed out again whatever has moved."""
    return flow(WithoutRecheck(**vars(permits)), at)


class OwnPermitReturned(PermitRepository):
    """Permits of which each run believes its own to be the one."""

    def issue(self, permit: IssuedPermit, preconditions: CommitPreconditions) -> IssuedPermit:
        """What was kept before is not asked for."""
        super().issue(permit, preconditions)
        return permit


def own_permit_returned(permits: PermitRepository, at: datetime) -> IssuedPermit | None:
    """The vulnerable twin: hands out what it signed itself, though another run's is kept."""
    return flow(OwnPermitReturned(**vars(permits)), at)

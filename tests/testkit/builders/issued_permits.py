"""An issued permit of acme, and changes of the data that it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from consentry.kernel.authorization import Caller
from consentry.permits.redemption import RevocationReason
from consentry.permits.revoke_permit import revoke_permit
from consentry.permits.signature import IssuedPermit
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies, consent_event
from tests.testkit.builders.permits import redeem
from tests.testkit.fakes.dynamodb_tables import PERMITS

LATER = NOW + timedelta(minutes=1)


@dataclass
class PermitDriver:
    """Dependencies, a decision, and the permit of the decision."""

    deps: FakeDependencies
    decision: ScreeningDecision
    permit: IssuedPermit

    def redeem(self, **said: Any) -> Any:
        return redeem(self.deps, self.permit, **said)


def withdraws(deps: FakeDependencies, person: str | None) -> None:
    deps.record(consent_event(f"w-{person}", "withdrawal", person=person))


def before_transaction(
    deps: FakeDependencies, number: int, happens: Callable[[], object]
) -> FakeDependencies:
    """Dependencies in which something happens before a later transaction."""
    write, left = deps.client.transact_write_items, [number]

    def interrupted(**asked: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            happens()
        return write(**asked)

    deps.client.transact_write_items = interrupted
    return deps


def revoked(deps: FakeDependencies) -> None:
    (pk, _) = next(iter(deps.client.tables[PERMITS].items))
    revoke(deps, pk.replace("#", "~"), Caller.allowed("reach", ACME))


def revoke(deps: FakeDependencies, permit_id: str, caller: Caller) -> None:
    revoke_permit(permit_id, reason=RevocationReason.WITHDRAWN, caller=caller, at=NOW, deps=deps)

"""An issued permit of the customer Acme, and events that change what it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from consentry.kernel.authorization import Caller, Permission
from consentry.permits.redeem_permit import revoke_permit
from consentry.permits.redemption import RevocationReason
from consentry.permits.signature import IssuedPermit
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies, consent_event
from tests.testkit.builders.permits import redeem
from tests.testkit.fakes.dynamodb_tables import PERMITS

LATER = NOW + timedelta(minutes=1)


@dataclass
class PermitDriver:
    """A decision of Acme, and its permit."""

    deps: FakeDependencies
    decision: ScreeningDecision
    permit: IssuedPermit

    def redeem(self, **changed: Any) -> Any:
        return redeem(self.deps, self.permit, **changed)


def withdraws(deps: FakeDependencies, person: str | None) -> None:
    deps.record(consent_event(f"w-{person}", "withdrawal", person=person))


def before_transaction(
    deps: FakeDependencies, number: int, action: Callable[[], object]
) -> FakeDependencies:
    """Call `action` before the transaction with this number, counted from now."""
    write, remaining = deps.client.transact_write_items, [number]

    def interrupted(**request: Any) -> Any:
        remaining[0] -= 1
        if remaining[0] == 0:
            action()
        return write(**request)

    deps.client.transact_write_items = interrupted
    return deps


def revoked(deps: FakeDependencies) -> None:
    (token,) = (sk for pk, sk in deps.client.tables[PERMITS].items if pk == f"{ACME}#permits")
    revoke(deps, f"{ACME}~{token}", Caller.allowed("propagation", ACME, {Permission.ADMINISTER}))


def revoke(deps: FakeDependencies, permit_id: str, caller: Caller) -> None:
    revoke_permit(permit_id, reason=RevocationReason.WITHDRAWN, caller=caller, at=NOW, deps=deps)

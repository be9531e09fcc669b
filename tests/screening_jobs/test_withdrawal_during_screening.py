"""A person withdraws at any call of a screening: no permit for their data is ever redeemed."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.kernel.errors import RevokedPermitError
from consentry.kernel.ids import permit_id
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.builders.issued_permits import withdraws
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.faults import FaultyClient


class InterruptingClient(FaultyClient):
    """A client that runs an action before one of its calls, counted from 0."""

    def __init__(self, client: Any, number: int, happens: Callable[[], object]) -> None:
        super().__init__(client)
        self.calls_left, self._happens = number, happens

    def _made(self, call: Callable[[], Any], name: str) -> Any:
        self.calls_left -= 1
        if self.calls_left == -1:
            self._happens()
        return call()


def screened_while_ann_withdraws(
    before_call: int,
) -> tuple[ScreeningDriver, ScreeningDecision, bool]:
    """A screening of ann and bob. Ann withdraws before one of its calls.

    Returns whether she did.
    """
    client = FakeDynamoDB()
    create_tables(client)
    FakeDependencies(client).grant()
    broken = InterruptingClient(
        client, before_call, lambda: withdraws(FakeDependencies(client), "ann")
    )
    acme = ScreeningDriver(FakeDependencies(broken))
    acme.put([row("ann"), row("bob")])
    decision = acme.screen()
    acme.deps.client = client
    return acme, decision, broken.calls_left < 0


@pytest.mark.promise(2)
def test_a_withdrawal_at_any_call_of_a_screening_prevents_redemption() -> None:
    for call in range(100):
        acme, decision, withdrew = screened_while_ann_withdraws(call)
        permit = acme.deps.permits.get(permit_id(decision.decision_id, 1))
        try:
            redeemed = permit is not None and redeem(acme.deps, permit) is not None
        except RevokedPermitError:
            redeemed = False
        if not withdrew:
            break
        assert not redeemed or acme.output(decision, "admitted") == row("bob")

    assert redeemed
    assert call > 8

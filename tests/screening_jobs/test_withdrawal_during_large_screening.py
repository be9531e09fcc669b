"""A person withdraws at one of fifty points of the screening of a hundred thousand rows."""

from dataclasses import dataclass, field

import pytest

from consentry.decisions.evaluation import Outcome
from consentry.kernel.errors import RevokedPermitError
from consentry.kernel.ids import permit_id
from consentry.manifests.limits import ScreeningLimits
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.issued_permits import withdraws
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.screenings import (
    CONSTANTS,
    ScreeningDriver,
    screening,
    screening_with_withdrawals,
)
from tests.testkit.campaign import CAMPAIGN

ROWS = 100_000
ANN, BOB = b'{"p":"ann"}\n', b'{"p":"bob"}\n'
MANIFEST = (ANN + BOB) * (ROWS // 2)
BLOCKS = 43
"""With the writes that follow, more than fifty points."""

POINTS = range(50) if CAMPAIGN else [0, 20, *range(BLOCKS - 1, 50)]
"""`make test` takes two blocks, and each write after the last block."""

REQUEST = screening(fields=CONSTANTS | {"people": {"field": "p", "role": "speaker"}})


@dataclass
class InterruptedScreening:
    """A screening during which ann withdraws, after `point` blocks and writes."""

    point: int
    acme: ScreeningDriver = field(default_factory=screening_with_withdrawals)
    passed: int = 0

    def screened(self) -> ScreeningDecision:
        """The decision of the interrupted delivery."""
        self.acme.store.chunk = 1024 * 1024
        self.acme.limits = ScreeningLimits(block=len(MANIFEST) // BLOCKS)
        self.acme.store.before_write = lambda _: self._pass()
        self.acme.put([MANIFEST])
        decision = self.acme.screen(REQUEST, progress=lambda *_: self._pass())
        self.acme.store.before_write = lambda _: None
        return decision

    def _pass(self) -> None:
        if self.passed == self.point:
            withdraws(self.acme.deps, "ann")
        self.passed += 1


def test_a_large_screening_has_at_least_fifty_interruption_points() -> None:
    run = InterruptedScreening(point=-1)

    decision = run.screened()

    assert decision.outputs["admitted"].rows == ROWS
    assert run.passed >= 50


@pytest.mark.promise(2)
@pytest.mark.campaign
@pytest.mark.parametrize("point", POINTS)
def test_a_withdrawal_during_a_large_screening_rejects_the_rows_or_the_permit(point: int) -> None:
    run = InterruptedScreening(point)

    decision = run.screened()

    assert run.passed > point
    if run.acme.output(decision, "admitted") == BOB * (ROWS // 2):
        assert run.acme.output(decision, "rejected") == ANN * (ROWS // 2)
        return
    # The withdrawal was later than the decision: nothing may be used, by redemption or a retry.
    permit = run.acme.deps.permits.get(permit_id(decision.decision_id, 1))
    if permit:
        with pytest.raises(RevokedPermitError):
            redeem(run.acme.deps, permit)
    assert run.acme.screen(REQUEST).outcome is Outcome.DENY
    assert run.acme.report(decision)["outcome"] == "deny"

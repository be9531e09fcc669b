"""The permit file next to the outputs is emptied when the permit is known to be void."""

import pytest

from consentry.decisions.evaluation import Outcome
from consentry.kernel.errors import ConsentChangedError
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.issued_permits import LATER, revoked, withdraws
from tests.testkit.builders.screenings import ScreeningDriver, row


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    acme = ScreeningDriver(deps)
    acme.put([row("ann"), row("bob")])
    return acme


def test_a_redelivery_removes_a_revoked_permit_file(acme: ScreeningDriver) -> None:
    first = acme.screen()
    assert acme.permit(first)
    revoked(acme.deps)
    revoked(acme.deps)

    again = acme.screen(at=LATER)

    assert again == first
    assert acme.permit(again) is None


def test_a_revision_removes_the_permit_file(acme: ScreeningDriver) -> None:
    assert acme.permit(acme.screen())
    withdraws(acme.deps, "ann")

    decision = acme.screen(at=LATER)

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None


def test_a_permit_file_written_after_the_denial_is_removed(acme: ScreeningDriver) -> None:
    def denied_meanwhile(key: str) -> None:
        if key.endswith("permit.jwt"):
            acme.store.before_write = lambda key: None
            withdraws(acme.deps, "ann")
            assert not acme.screen(at=LATER).allows

    acme.store.before_write = denied_meanwhile

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None


def test_no_permit_is_reissued_after_consent_changed(acme: ScreeningDriver) -> None:
    decision = acme.screen()
    withdraws(acme.deps, "ann")

    with pytest.raises(ConsentChangedError):
        acme.issuer.issue(decision, audience=ACME, at=LATER)

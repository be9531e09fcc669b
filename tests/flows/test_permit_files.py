"""Beside the outputs lies no permit of what is known to be over."""

import pytest

from consentry.decisions.evaluation import Outcome
from consentry.kernel.errors import ConsentChangedError
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, World
from tests.flows.permits import LATER, revoked, withdraws


@pytest.fixture
def acme(deps: World) -> Screened:
    acme = Screened(deps)
    acme.put([row("ann"), row("bob")])
    return acme


def test_a_redelivery_takes_a_revoked_permit_away_and_not_back(acme: Screened) -> None:
    first = acme.screen()
    assert acme.permit(first)
    revoked(acme.deps)
    revoked(acme.deps)

    again = acme.screen(at=LATER)

    assert again == first
    assert acme.permit(again) is None


def test_a_revision_takes_the_permit_away(acme: Screened) -> None:
    assert acme.permit(acme.screen())
    withdraws(acme.deps, "ann")

    decision = acme.screen(at=LATER)

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None


def test_who_puts_the_permit_there_after_the_denial_takes_it_away(acme: Screened) -> None:
    def denied_meanwhile(key: str) -> None:
        if key.endswith("permit.jwt"):
            acme.store.before_write = lambda key: None
            withdraws(acme.deps, "ann")
            assert not acme.screen(at=LATER).allows

    acme.store.before_write = denied_meanwhile

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None


def test_no_permit_of_what_moved_is_put_back(acme: Screened) -> None:
    decision = acme.screen()
    withdraws(acme.deps, "ann")

    with pytest.raises(ConsentChangedError):
        acme.issuer.issue(decision, audience=ACME, at=LATER)

"""A screening that admits rows yields one permit, kept before it is handed out."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ForbiddenAudienceError
from consentry.kernel.jose import der_to_raw
from consentry.permits.signature import IssuedPermit, verify
from tests.fakes.errors import Crash
from tests.fakes.permits import redeem
from tests.fakes.screenings import Screened, row, screening
from tests.fakes.signers import LocalSigner
from tests.fakes.tables import PERMITS
from tests.fakes.worlds import ACME, World
from tests.flows.binding import assign
from tests.flows.permits import LATER, before_transaction, withdraws


@pytest.fixture
def acme(deps: World) -> Screened:
    acme = Screened(deps)
    acme.put([row("ann"), row("bob")])
    return acme


def test_the_permit_lies_beside_the_outputs_that_it_names(acme: Screened) -> None:
    decision = acme.screen()

    permit = verify(acme.permit(decision) or "", LocalSigner().keys)
    assert permit.admitted == decision.outputs["admitted"].sha256
    assert permit.aud == ACME
    kept = acme.deps.permits.issued(permit.jti)
    assert kept == IssuedPermit(permit, acme.permit(decision) or "")


def test_a_redelivery_gets_the_same_permit(acme: Screened) -> None:
    first = acme.permit(acme.screen())

    assert acme.permit(acme.screen(at=LATER)) == first


def test_a_denial_gets_none(acme: Screened) -> None:
    withdraws(acme.deps, None)

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}


def test_a_crash_before_it_is_put_there_is_made_good_by_the_next_delivery(acme: Screened) -> None:
    def crash(key: str) -> None:
        if key.endswith("permit.jwt"):
            acme.store.before_write = lambda key: None
            raise Crash

    acme.store.before_write = crash
    with pytest.raises(Crash):
        acme.screen()
    (kept,) = acme.deps.client.tables[PERMITS].items.values()

    decision = acme.screen(at=LATER)

    assert acme.permit(decision) == kept["compact"]["S"]
    assert acme.report(decision)["outcome"] == "allow"


def test_a_withdrawal_between_the_decision_and_its_permit_leaves_a_denial_and_none(
    acme: Screened,
) -> None:
    # The decision, then the permit: before that, ann takes it back.
    before_transaction(acme.deps, 2, lambda: withdraws(acme.deps, "ann"))

    decision = acme.screen()

    assert (decision.outcome, decision.revision) == (Outcome.DENY, 2)
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}
    assert acme.report(decision)["outcome"] == "deny"


def test_an_audience_that_the_request_names_is_the_permits(acme: Screened) -> None:
    acme.deps.caller = Caller.allowed("trainer", ACME)
    decision = acme.screen(screening(audience="trainer"))
    permit = verify(acme.permit(decision) or "", LocalSigner().keys)
    issued = acme.deps.permits.issued(permit.jti)
    assert issued

    redeem(acme.deps, issued)
    acme.deps.caller = Caller.allowed("somebody", ACME)

    with pytest.raises(ForbiddenAudienceError):
        redeem(acme.deps, issued)


def test_other_books_between_the_decision_and_its_permit_leave_a_denial_and_none(
    acme: Screened,
) -> None:
    before_transaction(acme.deps, 2, lambda: assign(acme.deps))

    decision = acme.screen()

    assert (decision.outcome, decision.revision) == (Outcome.DENY, 2)
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}


class Salted(LocalSigner):
    """The same key, and another signature each time, as KMS makes them."""

    def sign(self, message: bytes) -> bytes:
        return der_to_raw(self.private.sign(message, ec.ECDSA(hashes.SHA256())))


def test_of_two_runs_at_once_both_hand_out_the_permit_that_is_kept(acme: Screened) -> None:
    acme.signer = Salted()
    others: list[str | None] = []
    before_transaction(acme.deps, 2, lambda: others.append(acme.permit(acme.screen())))

    ours = acme.permit(acme.screen())

    (kept,) = acme.deps.client.tables[PERMITS].items.values()
    assert [ours] == others == [kept["compact"]["S"]]

"""A screening that admits rows issues one permit, which is stored before it is returned."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import ForbiddenAudienceError
from consentry.kernel.jose import der_to_raw
from consentry.permits.signature import IssuedPermit, verify
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.issued_permits import LATER, before_transaction, withdraws
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import PERMITS
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    acme = ScreeningDriver(deps)
    acme.put([row("ann"), row("bob")])
    return acme


def test_the_permit_file_is_written_with_the_outputs_it_names(acme: ScreeningDriver) -> None:
    decision = acme.screen()

    permit = verify(acme.permit(decision) or "", InMemoryPermitSigner().keys)
    assert permit.admitted == decision.outputs["admitted"].sha256
    assert permit.aud == ACME
    stored = acme.deps.permits.get(permit.jti)
    assert stored == IssuedPermit(permit, acme.permit(decision) or "")


def test_a_redelivery_gets_the_same_permit(acme: ScreeningDriver) -> None:
    first = acme.permit(acme.screen())

    assert acme.permit(acme.screen(at=LATER)) == first


def test_a_denied_screening_gets_no_permit(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, None)

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}


def test_a_crash_before_the_permit_file_is_repaired_by_the_next_delivery(
    acme: ScreeningDriver,
) -> None:
    def crash(key: str) -> None:
        if key.endswith("permit.jwt"):
            acme.store.before_write = lambda key: None
            raise Crash

    acme.store.before_write = crash
    with pytest.raises(Crash):
        acme.screen()
    (stored,) = acme.deps.client.tables[PERMITS].items.values()

    decision = acme.screen(at=LATER)

    assert acme.permit(decision) == stored["compact"]["S"]
    assert acme.report(decision)["outcome"] == "allow"


def test_a_withdrawal_before_the_permit_is_issued_leaves_a_denial(
    acme: ScreeningDriver,
) -> None:
    # The first commit is the decision, the second the permit: before that, ann withdraws.
    before_transaction(acme.deps, 2, lambda: withdraws(acme.deps, "ann"))

    decision = acme.screen()

    assert (decision.outcome, decision.revision) == (Outcome.DENY, 2)
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}
    assert acme.report(decision)["outcome"] == "deny"


def test_the_requested_audience_is_the_permits_audience(acme: ScreeningDriver) -> None:
    acme.deps.caller = Caller.allowed("trainer", ACME, EVERY_PERMISSION)
    decision = acme.screen(screening(audience="trainer"))
    permit = verify(acme.permit(decision) or "", InMemoryPermitSigner().keys)
    issued = acme.deps.permits.get(permit.jti)
    assert issued

    redeem(acme.deps, issued)
    acme.deps.caller = Caller.allowed("somebody", ACME, EVERY_PERMISSION)

    with pytest.raises(ForbiddenAudienceError):
        redeem(acme.deps, issued)


def test_new_terms_before_the_permit_is_issued_leave_a_denial(
    acme: ScreeningDriver,
) -> None:
    before_transaction(acme.deps, 2, lambda: assign(acme.deps))

    decision = acme.screen()

    assert (decision.outcome, decision.revision) == (Outcome.DENY, 2)
    assert acme.permit(decision) is None
    assert acme.deps.client.tables[PERMITS].items == {}


class NonDeterministicSigner(InMemoryPermitSigner):
    """Signs with the same key, and a different signature each time, as KMS does."""

    def sign(self, message: bytes) -> bytes:
        return der_to_raw(self.private.sign(message, ec.ECDSA(hashes.SHA256())))


def test_two_concurrent_runs_return_the_same_stored_permit(acme: ScreeningDriver) -> None:
    acme.signer = NonDeterministicSigner()
    others: list[str | None] = []
    before_transaction(acme.deps, 2, lambda: others.append(acme.permit(acme.screen())))

    ours = acme.permit(acme.screen())

    (stored,) = acme.deps.client.tables[PERMITS].items.values()
    assert [ours] == others == [stored["compact"]["S"]]

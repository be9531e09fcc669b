"""A permit of acme as a screening issues it, and its redemption."""

from datetime import datetime
from typing import Any

from consentry.permits.data_permit import DataPermit
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import Redemption, RedemptionRequest
from consentry.permits.signature import IssuedPermit, compact, signing_input
from consentry.permits.signer import PermitSigner
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import ACME, FINE_TUNE, NOW, FakeDependencies
from tests.testkit.builders.screenings import ScreeningDriver, row

BEGINS = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {
    "iss": "consentry-tests",
    "aud": ACME,
    "sub": ACME,
    "jti": "acme~permit",
    "iat": BEGINS,
    "nbf": BEGINS,
    "exp": BEGINS + 600,
    "decision_id": "acme~decision",
    "revision": 1,
    "operation": "fine_tune",
    "service": "meeting_summary",
    "model_owner": "first_party",
    "manifest": "a" * 64,
    "admitted": "b" * 64,
    "truth_tables": "c" * 64,
    "epochs": [0] * 16,
}


def claims(**changed: Any) -> DataPermit:
    """The claims of a permit. Arguments replace claims."""
    return DataPermit.read(CLAIMS | changed)


def signed(permit: DataPermit, signer: PermitSigner) -> str:
    """Sign a permit."""
    message = signing_input(permit, signer.kid)
    return compact(message, signer.sign(message))


def allowed(deps: FakeDependencies, person: str = "ann") -> tuple[ScreeningDecision, IssuedPermit]:
    """Screen a manifest of one row: the allow and its permit. The customer granted."""
    acme = ScreeningDriver(deps)
    acme.put([row(person)])
    decision = acme.screen()
    issued = acme.issuer.issue(decision, audience=ACME, at=NOW)
    assert issued
    return decision, issued


def presented(issued: IssuedPermit, run_id: str = "run-1", **changed: Any) -> RedemptionRequest:
    """A request to redeem the permit for a run with the same use. Arguments replace fields."""
    permit = issued.permit
    document: dict[str, Any] = {
        "run_id": run_id,
        "permit": issued.compact,
        "admitted": permit.admitted,
        "use": FINE_TUNE,
        "model_owner": "first_party",
    }
    return RedemptionRequest.read(document | changed)


def redeem(
    deps: FakeDependencies,
    issued: IssuedPermit,
    *,
    at: datetime = NOW,
    run_id: str = "run-1",
    **changed: Any,
) -> Redemption:
    """Redeem a permit."""
    return redeem_permit(
        issued.permit.jti,
        presented(issued, run_id, **changed),
        caller=deps.caller,
        at=at,
        deps=deps,
    )

"""A permit of the customer Acme as a screening issues it, and its redemption."""

from datetime import datetime
from typing import Any

from consentry.permits.data_permit import DataPermit
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import Redemption, RedemptionRequest
from consentry.permits.signature import IssuedPermit, PermitSigner, sign_permit
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
    """The claims of a permit, with changes."""
    return DataPermit.read(CLAIMS | changed)


def signed(permit: DataPermit, signer: PermitSigner) -> str:
    """The compact JWS of a permit, signed by a key."""
    return sign_permit(permit, signer).compact


def allowed(deps: FakeDependencies, person: str = "ann") -> tuple[ScreeningDecision, IssuedPermit]:
    """Screen a manifest of one row for Acme, which granted: the allow and its permit."""
    acme = ScreeningDriver(deps)
    acme.put([row(person)])
    decision = acme.screen()
    issued = acme.issuer.issue(decision, audience=ACME, at=NOW)
    assert issued
    return decision, issued


def presented(issued: IssuedPermit, run_id: str = "run-1", **changed: Any) -> RedemptionRequest:
    """A request to redeem the permit for a run that matches it, with changes."""
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
    """Redeem the permit once."""
    return redeem_permit(
        issued.permit.jti,
        presented(issued, run_id, **changed),
        caller=deps.caller,
        at=at,
        deps=deps,
    )

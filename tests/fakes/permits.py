"""A permit of Acme's, as a screening yields it, and the redeeming flow over a world."""

from datetime import datetime
from typing import Any

from consentry.domain.permits.permit import Permit
from consentry.domain.permits.permit_jws import IssuedPermit, compact, signing_input
from consentry.domain.permits.redemption import PermitPresented, Redemption
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.permit_ports import Signer
from consentry.flows.redeem_permit import redeem_permit
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, FINE_TUNE, NOW, World

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
    "tables": "c" * 64,
    "epochs": [0] * 16,
}


def claims(**changed: Any) -> Permit:
    """The claims of a permit, or as changed."""
    return Permit.read(CLAIMS | changed)


def signed(permit: Permit, signer: Signer) -> str:
    """A permit signed by a key."""
    message = signing_input(permit, signer.kid)
    return compact(message, signer.sign(message))


def allowed(world: World, person: str = "ann") -> tuple[ScreeningDecision, IssuedPermit]:
    """Acme's manifest of one row, screened: the allow and its permit. The customer granted."""
    acme = Screened(world)
    acme.put([row(person)])
    decision = acme.screen()
    issued = acme.issuer.issue(decision, audience=ACME, at=NOW)
    assert issued
    return decision, issued


def presented(issued: IssuedPermit, run_id: str = "run-1", **changed: Any) -> PermitPresented:
    """The permit shown for a run that does what it says, or as changed."""
    permit = issued.permit
    document: dict[str, Any] = {
        "run_id": run_id,
        "permit": issued.compact,
        "admitted": permit.admitted,
        "use": FINE_TUNE,
        "model_owner": "first_party",
    }
    return PermitPresented.read(document | changed)


def redeem(
    world: World, issued: IssuedPermit, *, at: datetime = NOW, run_id: str = "run-1", **changed: Any
) -> Redemption:
    """One delivery of a redemption."""
    return redeem_permit(
        issued.permit.jti,
        presented(issued, run_id, **changed),
        caller=world.caller,
        at=at,
        world=world,
    )

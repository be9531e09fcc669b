"""A data permit: a signed statement that admitted rows may be used for some minutes (RFC 7519)."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import StringConstraints

from consentry.kernel.errors import (
    ExpiredPermitError,
    ForbiddenAudienceError,
    InvalidPermitSignatureError,
    MismatchedPermitError,
)
from consentry.kernel.ids import permit_id
from consentry.kernel.schema import Audience, Id, Sha256, StrictModel
from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.screening.screening_decision import ScreeningDecision

MAX_LIFETIME = timedelta(minutes=15)
"""The longest lifetime. A check that is only offline can miss a withdrawal for this long."""
MAX_CLOCK_SKEW = timedelta(seconds=30)
"""How far a verifier's clock may lag behind ours at `nbf`; `exp` has no tolerance."""

_MISMATCHES = {
    "sub": ("sub", "is another customer"),
    "operation": ("use", "is not the use of this permit"),
    "service": ("use", "is not the use of this permit"),
    "model_owner": ("model_owner", "is not the model owner of this permit"),
    "admitted": ("admitted", "is not the digest of the file that may be used"),
    "manifest": ("manifest", "is not the digest of the screened manifest"),
}
"""The field and the problem of a claim that does not fit."""

Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=256)]


class DataPermit(StrictModel):
    """The claims of a permit, in the order in which they are written.

    `sub`: the customer that the data belongs to. `aud`: who may redeem the permit. This is the
    subject of one caller's token, or the customer's id for every caller that may name the customer.
    `jti`: the permit's id. `manifest`: the SHA-256 of the screened manifest. `admitted`: the
    SHA-256 of the one file that may be used. `truth_tables`: the SHA-256 of the decision's truth
    table digests, as JSON with sorted names. Times are seconds since 1970.
    """

    iss: Name
    aud: Audience
    sub: Id
    jti: Name
    iat: int
    nbf: int
    exp: int
    decision_id: Name
    revision: int
    operation: Operation
    service: Service
    model_owner: ModelOwner
    manifest: Sha256
    admitted: Sha256
    truth_tables: Sha256
    epochs: tuple[int, ...]

    @property
    def expires_at(self) -> datetime:
        """The moment from which the permit is invalid."""
        return datetime.fromtimestamp(self.exp, UTC)

    def require_valid_at(self, at: datetime) -> None:
        """Raise ExpiredPermitError before `nbf`, from `exp` on, or if the lifetime is too long."""
        if self.exp - self.iat > MAX_LIFETIME.total_seconds() or self.iat > self.nbf:
            raise ExpiredPermitError("exp", "is later than the longest lifetime of a permit")
        if datetime.fromtimestamp(self.nbf, UTC) > at + MAX_CLOCK_SKEW:
            raise ExpiredPermitError("nbf", "is in the future")
        if at >= self.expires_at:
            raise ExpiredPermitError("exp", "has passed")

    def require_audience(self, *names: str) -> None:
        """Raise ForbiddenAudienceError unless the audience is one of these names."""
        if self.aud not in names:
            raise ForbiddenAudienceError

    def require_claims(self, **expected: str | None) -> None:
        """Raise MismatchedPermitError for another value of a claim (None: do not compare)."""
        for claim, value in expected.items():
            if value not in (None, getattr(self, claim)):
                raise MismatchedPermitError(*_MISMATCHES[claim])

    def require_decision(self, decision: ScreeningDecision) -> None:
        """Raise InvalidPermitSignatureError unless this decision gives this permit."""
        issued_at = datetime.fromtimestamp(self.iat, UTC)
        if build_permit(decision, issuer=self.iss, audience=self.aud, at=issued_at) != self:
            raise InvalidPermitSignatureError("claims", "do not match the decision")


def build_permit(
    decision: ScreeningDecision, *, issuer: str, audience: str, at: datetime
) -> DataPermit | None:
    """The permit of an allow at this moment; None for a denial, or if it ends within a second."""
    issued = int(at.timestamp())
    if not decision.allows or decision.expires_at is None:
        return None
    expires = min(int(decision.expires_at.timestamp()), issued + int(MAX_LIFETIME.total_seconds()))
    if expires <= issued:
        return None
    truth_tables = json.dumps(dict(decision.truth_tables), sort_keys=True, separators=(",", ":"))
    return DataPermit(
        iss=issuer,
        aud=audience,
        sub=decision.request_record.customer,
        jti=permit_id(decision.decision_id, decision.revision),
        iat=issued,
        nbf=issued,
        exp=expires,
        decision_id=decision.decision_id,
        revision=decision.revision,
        operation=decision.use.operation,
        service=decision.use.service,
        model_owner=decision.use.model_owner,
        manifest=decision.manifest.sha256,
        admitted=decision.outputs["admitted"].sha256,
        truth_tables=hashlib.sha256(truth_tables.encode("ascii")).hexdigest(),
        epochs=decision.epochs,
    )

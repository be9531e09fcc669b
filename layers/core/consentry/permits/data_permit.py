"""A permit: a signed, short-lived statement that what a screening admitted may be used so (RFC 7519, RFC 8725)."""

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
from consentry.kernel.ids import permit_id as permit_id
from consentry.kernel.schema import Audience, Id, Sha256, StrictModel
from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.screening.screening_decision import ScreeningDecision

MAX_LIFETIME = timedelta(minutes=15)
"""From issue to end: as far as one that is only checked offline can lag behind a withdrawal."""
MAX_CLOCK_SKEW = timedelta(seconds=30)
"""How far a verifier's clock may lag behind ours at the beginning; the end is never stretched."""

Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=256)]


class DataPermit(StrictModel):
    """The claims, in the order that they are written in.

    `sub`: the customer whose data it is. `aud`: who may redeem it, the subject of one caller's token, or the
    customer's id for every caller that may name the customer. `jti`: the permit's id. `manifest`: the SHA-256 of
    what was screened; `admitted`: of the one file that may be used; `tables`: of the decision's tables, as JSON
    with sorted names. Times are seconds since 1970.
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
        """From then on it says nothing."""
        return datetime.fromtimestamp(self.exp, UTC)

    def require_valid_at(self, at: datetime) -> None:
        """ExpiredPermitError before its beginning, from its end on, or if it was made to last too long."""
        if self.exp - self.iat > MAX_LIFETIME.total_seconds() or self.iat > self.nbf:
            raise ExpiredPermitError("exp", "is further away than a permit can last")
        if datetime.fromtimestamp(self.nbf, UTC) > at + MAX_CLOCK_SKEW:
            raise ExpiredPermitError("nbf", "is still to come")
        if at >= self.expires_at:
            raise ExpiredPermitError("exp", "has passed")

    def require_audience(self, *names: str) -> None:
        """ForbiddenAudienceError unless it is for somebody of one of these names."""
        if self.aud not in names:
            raise ForbiddenAudienceError

    def require_customer(self, customer: str | None) -> None:
        """MismatchedPermitError unless it is on the data of this customer (None: not asked)."""
        if customer not in (None, self.sub):
            raise MismatchedPermitError("sub", "is another customer")

    def require_use(
        self,
        *,
        operation: Operation | None,
        service: Service | None,
        model_owner: ModelOwner | None,
    ) -> None:
        """MismatchedPermitError for another use (None: not asked) than the one that was screened for."""
        if operation not in (None, self.operation) or service not in (None, self.service):
            raise MismatchedPermitError("use", "is not the use of this permit")
        if model_owner not in (None, self.model_owner):
            raise MismatchedPermitError("model_owner", "is not the model owner of this permit")

    def require_files(self, *, admitted: str | None, manifest: str | None = None) -> None:
        """MismatchedPermitError unless these SHA-256 digests (None: not asked) are those of the permit."""
        if admitted not in (None, self.admitted):
            raise MismatchedPermitError(
                "admitted", "is not the digest of the file that may be used"
            )
        if manifest not in (None, self.manifest):
            raise MismatchedPermitError("manifest", "is not the digest of what was screened")

    def require_decision(self, decision: ScreeningDecision) -> None:
        """InvalidPermitSignatureError unless this decision is worth it, whoever issued it to whomever and when."""
        issued = datetime.fromtimestamp(self.iat, UTC)
        if build_permit(decision, issuer=self.iss, audience=self.aud, at=issued) != self:
            raise InvalidPermitSignatureError("claims", "are not what was decided")


def build_permit(
    decision: ScreeningDecision, *, issuer: str, audience: str, at: datetime
) -> DataPermit | None:
    """The permit that an allow is worth at this moment; None for a denial, and for what ends within the second."""
    begins = int(at.timestamp())
    if not decision.allows or decision.expires_at is None:
        return None
    ends = min(int(decision.expires_at.timestamp()), begins + int(MAX_LIFETIME.total_seconds()))
    if ends <= begins:
        return None
    truth_tables = json.dumps(dict(decision.truth_tables), sort_keys=True, separators=(",", ":"))
    return DataPermit(
        iss=issuer,
        aud=audience,
        sub=decision.request_record.customer,
        jti=permit_id(decision.decision_id, decision.revision),
        iat=begins,
        nbf=begins,
        exp=ends,
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

"""Issues the data permit of a screening that admits rows.

A permit is signed, then stored, and only then put next to the outputs. What a crash leaves: after
signing, a signature that is not stored; after storing, a permit that the next delivery finds and
puts; after putting, a permit next to outputs without a report, which is then written.

The file is correct except for short times: everything that the permit depends on is checked just
before it is put; a revision of the decision empties it (publish_report.py); a run that puts it late
reads the log again afterwards. One case remains: a permit is revoked, or its consents changed, and
there is no further delivery. The file is then valid offline until its end, like any copy.
"""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.preconditions import CommitPreconditions
from consentry.permits.data_permit import build_permit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.signature import IssuedPermit, PermitSigner, sign_permit
from consentry.screening.screening_decision import ScreeningDecision


@dataclass(frozen=True)
class PermitIssuer:
    """The issuer of permits: its name (`iss`), its key, and the repository."""

    name: str
    signer: PermitSigner
    permits: PermitRepository

    def issue(
        self, decision: ScreeningDecision, *, audience: str, at: datetime
    ) -> IssuedPermit | None:
        """The permit of a decision, stored before it is returned; None for a denial.

        ConsentChangedError if the decision is no longer valid, or the permit was revoked.
        """
        permit = build_permit(decision, issuer=self.name, audience=audience, at=at)
        if permit is None:
            return None
        # INVARIANT: with the epochs of the decision's commit. A withdrawal that returned has
        # incremented one, so no permit is issued after it.
        preconditions = CommitPreconditions(decision.epochs, decision.assignment.version)
        issued = self.permits.get(permit.jti)
        if issued is None:
            issued = self.permits.issue(sign_permit(permit, self.signer), preconditions)
        # A permit that was stored before is returned again only while it is valid.
        self.permits.recheck(issued.permit, None, preconditions)
        return issued

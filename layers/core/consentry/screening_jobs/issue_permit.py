"""Issues the data permit of a screening that admits rows: signed, stored, and only then put next to the outputs.

What a crash leaves: after signing, a signature that is not stored; after storing, a permit that the next delivery
finds and puts; after putting, a permit next to outputs without a report, which is then written.

The file is correct except for short times: everything that the permit depends on is checked just before it is put;
a revision of the decision empties it (publish_report.py); a run that puts it late reads the log again afterwards.
One case remains: the file of a permit that is revoked, or with changed consents, and no further delivery. It is valid
offline until its end, like any copy.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from consentry.consent.preconditions import CommitPreconditions
from consentry.kernel.errors import ConsentChangedError
from consentry.permits.data_permit import build_permit
from consentry.permits.dynamodb import PermitRepository
from consentry.permits.signature import IssuedPermit, PermitSigner, sign_permit
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening.types import MediaType
from consentry.screening_jobs.publish_report import PERMIT_FILE, clear_permit_file
from consentry.screening_jobs.screening_job import ScreeningJob


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
        # INVARIANT: with the epochs of the decision's commit. A withdrawal that returned has incremented one, so
        # no permit is issued after it.
        preconditions = CommitPreconditions({}, decision.epochs, decision.assignment.version)
        kept = self.permits.get(permit.jti)
        if kept is None:
            kept = self.permits.issue(sign_permit(permit, self.signer), preconditions)
        # A permit that was stored before is returned again only while it is valid.
        self.permits.recheck(kept.permit, None, preconditions)
        return kept


def issue_permit_file(
    screening: ScreeningJob, decision: ScreeningDecision, issuer: PermitIssuer
) -> ScreeningDecision:
    """The decision, with its permit next to its outputs; or the denial that replaced it meanwhile."""
    audience = screening.request.audience or screening.request.customer
    try:
        issued = issuer.issue(decision, audience=audience, at=screening.at)
    except ConsentChangedError:
        # Also for a valid allow with a revoked permit: an earlier delivery may have put the file.
        clear_permit_file(screening.folder, screening.deps.files)
        return screening.earlier() or decision
    if issued:
        content = BytesIO(issued.compact.encode("ascii"))
        screening.deps.files.write(f"{screening.folder}/{PERMIT_FILE}", content, MediaType.JWT)
    return decision

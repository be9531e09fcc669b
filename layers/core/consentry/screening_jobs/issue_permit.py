"""A screening that admits rows yields a permit: signed, kept, and only then put beside the outputs.

What a crash leaves at each line: a signature that nobody has; a permit that is kept and not handed out, which the
next delivery finds and hands out; a permit beside outputs without a report, which is written then.

No file says for long what is not so: all that the permit stands on is checked just before it is put there, whoever
revises the decision takes it away (screening_told.py), and whoever puts it there late reads the log once more after
that. What stays: the file of a permit that is revoked, or whose consents move, and that no delivery comes to again.
It holds offline until its end, as it does for whoever has it already.
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
    """Who issues permits: its name (`iss`), its key, and where they are kept."""

    name: str
    signer: PermitSigner
    permits: PermitRepository

    def issue(
        self, decision: ScreeningDecision, *, audience: str, at: datetime
    ) -> IssuedPermit | None:
        """The one permit of a decision, kept before it is returned; None for a denial.

        Raises ConsentChangedError if the decision stands no more, or the permit was revoked.
        """
        permit = build_permit(decision, issuer=self.name, audience=audience, at=at)
        if permit is None:
            return None
        # INVARIANT: on the epochs that the decision was committed on. A withdrawal that returned has moved one, so
        # no permit is issued after it.
        preconditions = CommitPreconditions({}, decision.epochs, decision.assignment.version)
        kept = self.permits.get(permit.jti)
        if kept is None:
            kept = self.permits.issue(sign_permit(permit, self.signer), preconditions)
        # One that was kept before is handed out again only while it stands.
        self.permits.recheck(kept.permit, None, preconditions)
        return kept


def issue_permit_file(
    screening: ScreeningJob, decision: ScreeningDecision, issuer: PermitIssuer
) -> ScreeningDecision:
    """The decision, its permit beside its outputs; or the denial that it has become meanwhile."""
    audience = screening.request.audience or screening.request.customer
    try:
        issued = issuer.issue(decision, audience=audience, at=screening.at)
    except ConsentChangedError:
        # Also of an allow that stands, whose permit was revoked: an earlier delivery may have put it there.
        clear_permit_file(screening.folder, screening.deps.files)
        return screening.earlier() or decision
    if issued:
        content = BytesIO(issued.compact.encode("ascii"))
        screening.deps.files.write(f"{screening.folder}/{PERMIT_FILE}", content, MediaType.JWT)
    return decision

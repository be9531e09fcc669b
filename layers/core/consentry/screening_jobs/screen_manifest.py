"""Screens a manifest: which rows may be used for this purpose?

The order of steps, and what a crash leaves:
1. Spool the manifest to disk. A crash leaves nothing; the event is delivered again.
2. Read the epochs, then the states of all parties. An event that downgrades a status later increments an epoch. The
   states of many people are stored in checkpoints (checkpoint_repository.py): while the epochs are unchanged, the next
   run loads no state twice. It evaluates all rows again.
3. Partition the rows and write the outputs, create the pseudonyms of people in admitted rows, write the membership
   file, and record the data set. A crash leaves files and a record that no log row and no report names. Keys contain
   the digest of the content, so the next run writes the same files, or others next to them. A record written after the
   commit could be lost in a crash, and leave an allow that no withdrawal finds.
4. Commit the decision with the epochs as preconditions. A commit before the outputs could leave an allow for files
   that never exist, since a second partition may differ (for example after a grant).
5. Store the permit of an allow with the same preconditions, then put it next to the outputs (issue_permit.py). A
   revision empties that file before its report is written.
6. Write the report. Only the report says that outputs may be used. After a crash before it, the event is delivered
   again, finds the decision in the log, and writes the report, or that of a revision if an epoch changed. The page for
   people follows by the same rules. It refers to the report and to the end of the allow.
7. Read the log again. Another run may have revised the decision and written the denial's report before this one: then
   the denial's report is written again, so the last report is never that of a void allow.
"""

from datetime import datetime

from consentry.decisions.idempotency import build_request_record
from consentry.kernel.authorization import Caller
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import spool_to_disk
from consentry.screening.progress import Progress
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs.issue_permit import PermitIssuer, issue_permit_file
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.screening_job import ScreeningJob


def screen_manifest(
    request: ScreeningRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: ScreeningDependencies,
    issuer: PermitIssuer,
    progress: Progress | None = None,
) -> ScreeningDecision:
    """The decision on a manifest, committed and then published in its report.

    `progress` is called with the amount that is done and the total. Raises ForbiddenCustomerError, InvalidRequestError,
    ConflictingIdError, NotFoundError (no manifest); UnavailableError if consents kept changing.
    """
    caller.require(request.customer)
    request.require_own_manifest()
    request_record = build_request_record(request, caller, deps.pseudonyms.key_of(request.customer))
    screening = ScreeningJob(request, request_record, at, deps, progress)
    decision = screening.earlier()
    if decision is None:
        with spool_to_disk(deps.files.read(request.manifest.key)) as spool:
            decision = screening.decide(spool)
    return screening.publish(issue_permit_file(screening, decision, issuer))

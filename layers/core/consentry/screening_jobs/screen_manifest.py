"""Which rows of a manifest may be used so? Epochs, states, sort, write, commit, and then the report.

The order, and what a crash leaves at each line:
1. The manifest is spooled. Nothing is written yet; the event comes again.
2. Epochs are read, then the states of all parties. Whatever lowers a standing later bumps an epoch. What was
   looked up of many people is kept on the way (`kept_states.py` says why it can be believed): a run that comes
   after a crash looks nobody up twice while the epochs stay, and sorts all rows again.
3. Rows are sorted and the outputs written; who is in the admitted rows is named and listed, and the data set
   recorded. A crash leaves files and a record that no log row and no report names; as the place of a file names its
   content, the next run writes the same ones again or others beside them. Were the record written after the commit,
   a crash between would leave an allow that no withdrawal finds.
4. The decision is committed on the epochs. Had it come before the outputs, a crash between would leave an
   allow for files that may never exist, since what is sorted a second time may differ (somebody granted).
5. The permit of an allow is kept on the same epochs, and only then put beside the outputs (issue_permit.py). A
   revision empties that file before it is told.
6. The report is written. It alone says that outputs are good. A crash before it: the event comes again, finds
   the decision in the log, and writes the report from it, or its revision if an epoch has moved. The page for
   people is written after it by the same rules: a crash between leaves no page, or one that the next delivery
   replaces; it says itself that the report is what counts, and until when an allow may be relied on.
7. The log is read once more: whoever revised the decision meanwhile may have written the denial's report
   before ours. Theirs is then written again, so the last word is never an allow that was taken back.
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
    """The one decision on a manifest, committed, and then told in its report.

    `progress` is told the rows sorted and the rows there are. Raises ForbiddenCustomerError, InvalidRequestError,
    ConflictingIdError, NotFoundError (no manifest); UnavailableError if consents kept moving.
    """
    caller.require(request.customer)
    request.require_own_manifest()
    request_record = build_request_record(request, caller, deps.pseudonyms.key_of(request.customer))
    screening = ScreeningJob(request, request_record, at, deps, progress)
    decision = screening.earlier()
    if decision is None:
        with spool_to_disk(deps.files.read(request.manifest.key)) as spool:
            decision = screening.decided(spool)
    return screening.told(issue_permit_file(screening, decision, issuer))

"""Screens a manifest: decides which rows may be used, and publishes them.

The order of steps, and what a crash leaves:

1. Spool the manifest to disk. A crash leaves nothing; the event is delivered again.
2. Read the epochs, then the states of all parties. An event that downgrades a status later
   increments an epoch. The states of many people are stored in checkpoints (checkpoint.py): while
   the epochs are unchanged, the next run loads no state twice. It evaluates all rows again.
3. Partition the rows and write the outputs, create the pseudonyms of people in admitted rows, write
   the membership file, and record the data set. A crash leaves files and a record that no log row
   and no report names. Keys contain the digest of the content, so the next run finds the same
   files, or writes others next to them. A record written after the commit could be lost in a crash, and
   leave an allow that no withdrawal finds.
4. Commit the decision with the epochs as preconditions. A commit before the outputs could leave an
   allow for files that never exist, since a second partition may differ (for example after a grant).
   If only an epoch changed, the people of the manifest are read again. If their consents are the
   same, the decision is recorded and committed with the new epochs.
5. Store the permit of an allow with the same preconditions, then put it next to the outputs
   (issue_permit.py). A revision empties that file before its report is written.
6. Write the report. Only the report says that outputs may be used. After a crash before it, the
   event is delivered again. That run finds the decision in the log and writes its report, or the
   report of a revision if an epoch changed. Then the page for people is written in the same way. It
   refers to the report and to the end of the allow.
7. Read the log again. Another run may have revised the decision and written the denial's report
   before this one: then the denial's report is written again, so the last report is never that of a
   void allow.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import batched

from consentry.audit.audit_row import encode_row
from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.preconditions import CommitPreconditions
from consentry.consent.status import PartyState
from consentry.decisions.decision import RequestRecord
from consentry.decisions.idempotency import build_request_record, earlier_decision
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import (
    AlreadyDecidedError,
    ConsentChangedError,
    InvalidRequestError,
    UnavailableError,
)
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.memory import MemoryBudget
from consentry.manifests.model import Blocked, BlockingRows, ManifestSummary
from consentry.manifests.open_manifest import open_manifest
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool, spool_to_disk
from consentry.permits.allow_validity import is_still_valid
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.partition import Partition, open_partition
from consentry.screening.progress import Progress, StepProgress, store_progress
from consentry.screening.repository import MediaType
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening.screening_decision import (
    ScreenedUse,
    ScreeningDecision,
    outcome_of,
    screening_folder,
    supersede,
    truth_tables_of,
)
from consentry.screening_jobs.checkpoint import (
    Checkpoint,
    checkpoint_prefix,
    is_same_consent,
    load_states,
    read_states,
)
from consentry.screening_jobs.issue_permit import PermitIssuer
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.publish_report import PERMIT_FILE, clear_permit_file, publish_report
from consentry.screening_jobs.record_data_set import record_data_set
from consentry.terms.assignment import AssignedPolicies, Assignment

ATTEMPTS = 5

RECHECKS = 10
"""How often an attempt reads its own people again because an epoch changed."""


def screen_manifest(
    request: ScreeningRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: ScreeningDependencies,
    issuer: PermitIssuer,
    progress: Progress | None = None,
    limits: ScreeningLimits = DEFAULT_LIMITS,
) -> ScreeningDecision:
    """The decision on a manifest, committed and then published in its report.

    `progress` is called with the amount that is done and the total. Raises ForbiddenCustomerError,
    InvalidRequestError, ConflictingIdError, NotFoundError (no manifest); UnavailableError if
    consents kept changing.
    """
    caller.require(request.customer, Permission.DECIDE)
    deps.pseudonyms.require_customer(request.customer, caller)
    request.require_own_manifest()
    request_record = _build_request_record(request, caller, deps)
    job = ScreeningJob(request, request_record, at, deps, progress, limits)
    decision = job.earlier_decision()
    if decision is None:
        with spool_to_disk(
            deps.files.read(request.manifest.key), request.manifest.format, limits
        ) as spool:
            decision = job.decide(spool)
    decision = job.put_permit(decision, issuer)
    return job.publish(decision)


def _build_request_record(
    request: ScreeningRequest, caller: Caller, deps: ScreeningDependencies
) -> RequestRecord:
    # INVARIANT: the digest contains no person's id. With pseudonyms, a request with other people is
    # another request. After an erasure it is too, and then needs a new id.
    people = request.people_in_labels
    pseudonyms = deps.pseudonyms.get_or_create_pseudonyms(request.customer, people)
    key = deps.pseudonyms.key_of(request.customer)
    return build_request_record(request.with_pseudonyms(pseudonyms), caller, key)


@dataclass(frozen=True)
class _Screened:
    """A decision, the states that it used (people by id), and the people in admitted rows."""

    decision: ScreeningDecision
    customer: PartyState
    people: Mapping[str, PartyState]
    admitted: Collection[str]


@dataclass(frozen=True)
class ScreeningJob:
    """One screening; its methods are the steps, in order."""

    request: ScreeningRequest
    request_record: RequestRecord
    at: datetime
    deps: ScreeningDependencies
    progress: Progress | None
    limits: ScreeningLimits

    @property
    def folder(self) -> str:
        """The key prefix of this screening's outputs and report."""
        return screening_folder(self.request_record)

    def earlier_decision(self) -> ScreeningDecision | None:
        """The earlier decision while it is valid, otherwise its revision, or None."""
        earlier = self._latest()
        if earlier is None or not earlier.allows:
            return earlier
        if is_still_valid(earlier, at=self.at, deps=self.deps):
            return earlier
        denial = supersede(earlier, at=self.at)
        try:
            # A denial has no preconditions. A transaction, since it may meet one of a permit.
            self.deps.decisions.commit(denial, CommitPreconditions())
        except AlreadyDecidedError:
            return self._latest()
        return denial

    def decide(self, spool: Spool) -> ScreeningDecision:
        """A committed decision: of this run, or of another run of the same request."""
        for _ in range(ATTEMPTS):
            earlier = self.earlier_decision()
            if earlier:
                return earlier
            screened: _Screened | None = self.screen(spool)
            for _ in range(RECHECKS):
                if screened is None:
                    break  # Read and evaluate everything again; only the manifest stays.
                decision = screened.decision
                version = decision.assignment.version
                preconditions = CommitPreconditions(decision.epochs, version)
                try:
                    self.deps.decisions.commit(decision, preconditions)
                except AlreadyDecidedError:
                    break
                except ConsentChangedError:
                    screened = self.with_current_epochs(screened)
                else:
                    return decision
        raise UnavailableError("the consents kept changing while they were read")

    def with_current_epochs(self, screened: "_Screened") -> "_Screened | None":
        """The same decision with the current epochs, if no state that it used has changed; else None.

        A consent event of a person who is not in the manifest changes an epoch too.
        """
        deps, customer, use = self.deps, self.request.customer, self.request.use
        # INVARIANT: epochs are read before states, as in `screen`.
        epochs = deps.consents.epochs(customer)
        if deps.assignments.get(customer) != screened.decision.assignment:
            return None
        state = deps.consents.states(customer, (CUSTOMER_PARTY,))[CUSTOMER_PARTY]
        if not is_same_consent(screened.customer, state, use):
            return None
        for batch in batched(screened.people, self.limits.people_per_part, strict=False):
            states = read_states(batch, customer, deps)
            if not all(is_same_consent(screened.people[p], states[p], use) for p in batch):
                return None
        return self._recorded(replace(screened, decision=replace(screened.decision, epochs=epochs)))

    def _recorded(self, screened: "_Screened") -> "_Screened":
        deps = self.deps
        decision = record_data_set(
            screened.decision, screened.admitted, deps.pseudonyms, deps.files, deps.data_sets
        )
        return replace(screened, decision=decision)

    def screen(self, spool: Spool) -> "_Screened":
        """A decision that is not committed yet. Its outputs and its data set are stored."""
        request, deps, limits = self.request, self.deps, self.limits
        customer = request.customer
        # INVARIANT: epochs are read before states, so that an event in between fails the commit.
        epochs = deps.consents.epochs(customer)
        assignment = deps.assignments.get(customer)
        state = deps.consents.states(customer, (CUSTOMER_PARTY,))[CUSTOMER_PARTY]
        policy_sets = assignment.resolve(deps.library)
        checkpoint = Checkpoint(
            checkpoint_prefix(self.folder, self.request_record, epochs),
            deps.pseudonyms.key_of(customer),
            request.use,
            deps.files,
            self.at,
            limits,
        )
        checkpoint.restore()
        memory = MemoryBudget(limits.memory)
        row_evaluator = RowEvaluator(request, state, policy_sets, at=self.at, memory=memory)
        evaluator = BlockEvaluator(row_evaluator)
        observers = self._progress_observers(spool)
        manifest = open_manifest(spool, request, limits, memory)
        with open_partition(manifest, request.manifest.format, evaluator, limits) as partition:
            for block in manifest.blocks():
                rows = evaluator.read(block)
                states = load_states(rows.people, customer, checkpoint, deps)
                row_evaluator.people.add_states(states)
                partition.add(block, evaluator.evaluate(rows))
                for observer in observers:
                    observer(*manifest.progress)
            partition.close()
            decision = self._decision(
                partition,
                self._summary(partition, spool, manifest.blocking_rows),
                assignment,
                policy_sets,
                epochs,
            )
            if len(encode_row(decision)) > limits.max_log_row:
                raise InvalidRequestError(
                    "manifest",
                    "has more row patterns than a log row can hold: split it, but no recording",
                )
            partition.write(decision.outputs, deps.files)
        people = row_evaluator.people.states
        return self._recorded(_Screened(decision, state, people, evaluator.admitted))

    def _summary(
        self, partition: Partition, spool: Spool, blocking_rows: Mapping[Blocked, BlockingRows]
    ) -> ManifestSummary:
        people = partition.evaluator.row_evaluator.people.states
        return ManifestSummary(
            format=self.request.manifest.format,
            sha256=spool.sha256,
            bytes=spool.bytes,
            rows=partition.rows,
            # People are counted only in rows that could be read.
            people_count=len(people),
            people_without_events=sum(state.version == 0 for state in people.values()),
            combine=self.request.combine,
            blocking_rows=blocking_rows,
        )

    def _decision(
        self,
        partition: Partition,
        manifest: ManifestSummary,
        assignment: Assignment,
        policy_sets: AssignedPolicies,
        epochs: tuple[int, ...],
    ) -> ScreeningDecision:
        """The decision on all rows. `policy_sets` are those of the assignment."""
        request, at, evaluator = self.request, self.at, partition.evaluator
        use, row_patterns = request.use, evaluator.row_patterns(timed=partition.has_durations)
        return ScreeningDecision(
            request_record=self.request_record,
            use=ScreenedUse(use.operation, use.service, request.model_owner),
            assignment=assignment,
            vocabulary=policy_sets.vocabulary.digest,
            truth_tables=truth_tables_of(policy_sets, row_patterns, at),
            manifest=manifest,
            row_patterns=row_patterns,
            invalid_rows=evaluator.invalid_rows,
            outputs=partition.outputs(self.folder),
            epochs=epochs,
            outcome=outcome_of(row_patterns),
            evaluated_at=at,
            at=at,
            expires_at=evaluator.expires_at,
            rows_by_people=evaluator.rows_by_people,
            invalidated_before=policy_sets.invalidated_before(use.operation, use.service, at=at),
        )

    def put_permit(self, decision: ScreeningDecision, issuer: PermitIssuer) -> ScreeningDecision:
        """The decision, with its permit next to its outputs; or the denial that replaced it."""
        audience = self.request.audience or self.request.customer
        try:
            issued = issuer.issue(decision, audience=audience, at=self.at)
        except ConsentChangedError:
            # Also for a valid allow with a revoked permit: an earlier delivery may
            # have put the file.
            clear_permit_file(self.folder, self.deps.files)
            return self.earlier_decision() or decision
        if issued:
            content = BytesIO(issued.compact.encode("ascii"))
            self.deps.files.write(f"{self.folder}/{PERMIT_FILE}", content, MediaType.JWT)
        return decision

    def publish(self, decision: ScreeningDecision) -> ScreeningDecision:
        """Publish a committed decision, and its revision if there is one meanwhile."""
        published, last = None, decision
        while last != published:
            publish_report(last, self.folder, self.deps.files)
            published, last = last, self._latest() or last
        return last

    def _progress_observers(self, spool: Spool) -> list[Progress]:
        observers = [self.progress] if self.progress else []
        if spool.unpacked_bytes >= self.limits.long_manifest:
            store = partial(store_progress, folder=self.folder, store=self.deps.files)
            observers.insert(0, StepProgress(store, self.limits.progress_steps))
        return observers

    def _latest(self) -> ScreeningDecision | None:
        found = self.deps.decisions.latest(self.request_record.decision_id)
        return earlier_decision(self.request_record, found, ScreeningDecision)

"""The steps of a screening: answer from the log, or partition and commit; then publish."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import RequestRecord
from consentry.decisions.idempotency import earlier_decision
from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError, UnavailableError
from consentry.kernel.ids import token_of
from consentry.manifests.open_manifest import open_manifest
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool
from consentry.permits.allow_validity import is_still_valid
from consentry.screening.partition import partition_rows
from consentry.screening.progress import LONG_BYTES, Progress, storing_progress
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening.screening_decision import ScreeningDecision, decide_screening, supersede
from consentry.screening_jobs.checkpoint_repository import (
    CheckpointedStates,
    checkpoint_prefix,
    load_states,
)
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.publish_report import publish_report
from consentry.screening_jobs.store_outputs import store_outputs

ATTEMPTS = 5


@dataclass(frozen=True)
class ScreeningJob:
    """One screening with its dependencies; the steps are those of `screen_manifest`."""

    request: ScreeningRequest
    request_record: RequestRecord
    at: datetime
    deps: ScreeningDependencies
    progress: Progress | None

    @property
    def folder(self) -> str:
        """The key prefix of this screening's outputs and report."""
        return f"{self.request.customer}/screenings/{token_of(self.request_record.decision_id)}"

    def earlier(self) -> ScreeningDecision | None:
        """The earlier decision while it is valid, otherwise its revision; None if there is none."""
        earlier = self._latest()
        if earlier is None or not earlier.allows or self._is_valid(earlier):
            return earlier
        denial = supersede(earlier, at=self.at)
        try:
            # A denial has no preconditions.
            self.deps.decisions.commit(denial, CommitPreconditions({}))
        except AlreadyDecidedError:
            return self._latest()
        return denial

    def decide(self, spool: Spool) -> ScreeningDecision:
        """A committed decision: of this run, or of another run of the same request."""
        for _ in range(ATTEMPTS):
            earlier = self.earlier()
            if earlier:
                return earlier
            decision = self._screen(spool)
            try:
                preconditions = CommitPreconditions(
                    {}, decision.epochs, decision.assignment.version
                )
                self.deps.decisions.commit(decision, preconditions)
            except (ConsentChangedError, AlreadyDecidedError):
                continue  # Epochs and states are read again: only the manifest is still the same.
            return decision
        raise UnavailableError("the consents kept changing while they were read")

    def publish(self, decision: ScreeningDecision) -> ScreeningDecision:
        """Publish a committed decision, and its revision if there is one meanwhile."""
        published, last = None, decision
        while last != published:
            publish_report(last, self.folder, self.deps.files)
            published, last = last, self._latest() or last
        return last

    def _screen(self, spool: Spool) -> ScreeningDecision:
        # INVARIANT: epochs are read before states, so that an event in between fails the commit.
        customer, deps = self.request.customer, self.deps
        epochs = deps.consents.epochs(customer)
        assignment = deps.assignments.get(customer)
        state = deps.consents.states(customer, (CUSTOMER_PARTY,))[CUSTOMER_PARTY]
        policy_sets = assignment.resolve(deps.library)
        row_evaluator = RowEvaluator(
            self.request, state, self._states(epochs), policy_sets, at=self.at
        )
        manifest, form = open_manifest(spool, self.request), self.request.manifest.format
        with partition_rows(manifest, form, row_evaluator, self._progress(spool)) as partition:
            rows = partition.screened(
                spool, self.request, self.folder, timed=manifest.has_durations
            )
            decision = decide_screening(
                self.request_record,
                self.request,
                assignment,
                policy_sets,
                rows,
                epochs=epochs,
                at=self.at,
            )
            return store_outputs(decision, partition, deps)

    def _states(self, epochs: Collection[int]) -> CheckpointedStates:
        customer = self.request.customer
        read = partial(load_states, customer, deps=self.deps)
        key = self.deps.pseudonyms.key_of(customer)
        prefix = checkpoint_prefix(self.folder, self.request_record, epochs)
        return CheckpointedStates(read, key, self.request.use, prefix, self.deps.files).restore()

    def _progress(self, spool: Spool) -> Progress | None:
        long = spool.bytes >= LONG_BYTES
        return (
            storing_progress(self.deps.files, self.folder, self.progress) if long else self.progress
        )

    def _is_valid(self, earlier: ScreeningDecision) -> bool:
        return is_still_valid(earlier, at=self.at, deps=self.deps)

    def _latest(self) -> ScreeningDecision | None:
        found = self.deps.decisions.latest(self.request_record.decision_id)
        return earlier_decision(self.request_record, found, ScreeningDecision)

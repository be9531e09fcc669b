"""Which rows of a manifest may be used so? Epochs, states, sort, write, commit, and then the report.

The order, and what a crash leaves at each line:
1. The manifest is spooled. Nothing is written yet; the event comes again.
2. Epochs are read, then the states of all parties. Whatever lowers a standing later bumps an epoch.
3. Rows are sorted and the outputs written. A crash leaves files that no log row and no report names; as the
   place of a file names its content, the next run writes the same ones again or others beside them.
4. The decision is committed on the epochs. Had it come before the outputs, a crash between would leave an
   allow for files that may never exist, since what is sorted a second time may differ (somebody granted).
5. The report is written. It alone says that outputs are good. A crash before it: the event comes again, finds
   the decision in the log, and writes the report from it, or its revision if an epoch has moved.
6. The log is read once more: whoever revised the decision meanwhile may have written the denial's report
   before ours. Theirs is then written again, so the last word is never an allow that was taken back.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from consentry.domain.acts import CUSTOMER_PARTY
from consentry.domain.callers import Caller
from consentry.domain.decision import Asked, Binding
from consentry.domain.errors import (
    AlreadyDecidedError,
    ConflictingIdError,
    ConsentMovedError,
    MalformedError,
    UnansweredError,
)
from consentry.domain.fence import Fence
from consentry.domain.log_row import LogRow, encode_row
from consentry.domain.naming import CustomerKey
from consentry.domain.screening import Screener
from consentry.domain.screening_decision import ScreeningDecision, decide_screening, superseded
from consentry.domain.screening_report import report_of
from consentry.domain.screening_request import ScreeningRequest
from consentry.domain.terms import Library
from consentry.flows.decide_use import asked_of
from consentry.flows.manifest_spool import Spool, spooled
from consentry.flows.ports import Consents, Decisions, KeyRing
from consentry.flows.screening_ports import ManifestStore
from consentry.flows.sorted_rows import sort_rows

ATTEMPTS = 5
MAX_LOG_ROW = 380 * 1024
"""Bytes; an item of DynamoDB holds 400 KB."""


def screen_manifest(
    request: ScreeningRequest,
    *,
    caller: Caller,
    at: datetime,
    binding: Binding,
    library: Library,
    keys: KeyRing,
    consents: Consents,
    decisions: Decisions,
    store: ManifestStore,
    progress: Callable[[int, int], None] | None = None,
) -> ScreeningDecision:
    """The one decision on a manifest, committed, and then told in its report.

    `progress` is told the rows sorted and the rows there are. Raises ForeignCustomerError, MalformedError,
    ConflictingIdError, NotFoundError (no manifest); UnansweredError if consents kept moving.
    """
    caller.require(request.customer)
    request.require_own_manifest()
    key = keys.key_of(request.customer)
    asked = asked_of(request, caller, key)
    screening = _Screening(
        request, asked, key, at, binding, library, consents, decisions, store, progress
    )
    decision = screening.earlier()
    if decision is None:
        with spooled(request, store.read(request.manifest.key)) as spool:
            decision = screening.decided(spool)
    return screening.told(decision)


@dataclass(frozen=True)
class _Screening:
    request: ScreeningRequest
    asked: Asked
    key: CustomerKey
    at: datetime
    binding: Binding
    library: Library
    consents: Consents
    decisions: Decisions
    store: ManifestStore
    progress: Callable[[int, int], None] | None

    @property
    def folder(self) -> str:
        return f"{self.request.customer}/screenings/{self.asked.decision_id.rpartition('~')[2]}"

    def earlier(self) -> ScreeningDecision | None:
        """The decision already given, while it stands; else its denial. None if there is none."""
        earlier = self._on_this(self.decisions.latest(self.asked.decision_id))
        if earlier is None or not earlier.allows or self._stands(earlier):
            return earlier
        denial = superseded(earlier, at=self.at)
        try:
            # A denial stands on nothing that could move.
            self.decisions.commit(denial, Fence({}))
        except AlreadyDecidedError:
            return self._on_this(self.decisions.latest(self.asked.decision_id))
        return denial

    def decided(self, spool: Spool) -> ScreeningDecision:
        for _ in range(ATTEMPTS):
            try:
                decision = self._sorted(spool)
                self.decisions.commit(decision, Fence({}, decision.epochs))
            except ConsentMovedError:
                continue  # Epochs and states are read again: the manifest is the same.
            except AlreadyDecidedError:
                decision = self.earlier() or decision
            return decision
        raise UnansweredError("the consents kept moving while they were read")

    def told(self, decision: ScreeningDecision) -> ScreeningDecision:
        """Write the report of a decision in the log, and of its revision if one came meanwhile."""
        told = None
        while told != decision:
            report = json.dumps(report_of(decision), indent=2).encode()
            self.store.write(f"{self.folder}/report.json", BytesIO(report + b"\n"))
            told = decision
            decision = self._on_this(self.decisions.latest(decision.decision_id)) or decision
        return decision

    def _sorted(self, spool: Spool) -> ScreeningDecision:
        # INVARIANT: epochs are read before states, so that an act in between moves the fence.
        epochs = self.consents.epochs(self.request.customer)
        screener = self._screener(spool)
        with sort_rows(spool, screener, self.progress) as rows:
            outputs = rows.outputs(self.folder)
            decision = decide_screening(
                self.asked,
                self.request,
                self.binding,
                self.library,
                spool.seen,
                screener.kinds,
                dict(rows.unread),
                outputs,
                epochs,
                at=self.at,
            )
            if len(encode_row(decision)) > MAX_LOG_ROW:
                raise MalformedError("manifest", "holds more kinds of rows than one decision can")
            rows.write(outputs, self.store)
        return decision

    def _screener(self, spool: Spool) -> Screener:
        named = {person: self.key.pseudonym(person) for person in spool.people}
        states = self.consents.states(self.request.customer, (CUSTOMER_PARTY, *named.values()))
        people = {person: states[party] for person, party in named.items()}
        books = self.binding.books(self.library)
        return Screener(self.request, states[CUSTOMER_PARTY], people, books, at=self.at)

    def _stands(self, earlier: ScreeningDecision) -> bool:
        """Whether an allow may be told again: it has not ended, and no act may have lowered it."""
        if earlier.expires_at is None or self.at >= earlier.expires_at:
            return False
        return self.consents.epochs(self.request.customer) == earlier.epochs

    def _on_this(self, earlier: LogRow | None) -> ScreeningDecision | None:
        if earlier is None:
            return None
        same = earlier.asked.request_digest == self.asked.request_digest
        if not (same and isinstance(earlier, ScreeningDecision)):
            raise ConflictingIdError("request_id")
        return earlier

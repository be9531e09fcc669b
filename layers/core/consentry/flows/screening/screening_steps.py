"""The steps of a screening: answer from the log, or sort and commit; then tell."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.decision.decision import Asked
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import (
    AlreadyDecidedError,
    ConsentMovedError,
    UnansweredError,
)
from consentry.domain.manifests.screening_request import ScreeningRequest
from consentry.domain.screening.screener import Screener
from consentry.domain.screening.screening_decision import (
    ScreeningDecision,
    decide_screening,
    superseded,
)
from consentry.flows.asking import earlier_on
from consentry.flows.screening.kept_states import KeptStates, look_up, place_of
from consentry.flows.screening.manifest_rows import rows_of
from consentry.flows.screening.manifest_spool import Spool
from consentry.flows.screening.screening_outputs import keep_outputs
from consentry.flows.screening.screening_ports import Sorting
from consentry.flows.screening.screening_progress import LONG_BYTES, Progress, leaving
from consentry.flows.screening.screening_told import tell
from consentry.flows.screening.sorted_rows import sort_rows
from consentry.flows.standing_allows import still_stands

ATTEMPTS = 5


@dataclass(frozen=True)
class Screening:
    """One screening and the world that it asks; the steps are those of `screen_manifest`."""

    request: ScreeningRequest
    asked: Asked
    at: datetime
    world: Sorting
    progress: Progress | None

    @property
    def folder(self) -> str:
        """Where this screening's outputs and its report lie."""
        return f"{self.request.customer}/screenings/{self.asked.decision_id.rpartition('~')[2]}"

    def earlier(self) -> ScreeningDecision | None:
        """The decision already given, while it stands; else its denial. None if there is none."""
        earlier = self._latest()
        if earlier is None or not earlier.allows or self._stands(earlier):
            return earlier
        denial = superseded(earlier, at=self.at)
        try:
            # A denial stands on nothing that could move.
            self.world.decisions.commit(denial, Fence({}))
        except AlreadyDecidedError:
            return self._latest()
        return denial

    def decided(self, spool: Spool) -> ScreeningDecision:
        """A decision that is in the log: ours, or that of another run of the same request."""
        for _ in range(ATTEMPTS):
            earlier = self.earlier()
            if earlier:
                return earlier
            decision = self._sorted(spool)
            try:
                fence = Fence({}, decision.epochs, decision.binding.version)
                self.world.decisions.commit(decision, fence)
            except (ConsentMovedError, AlreadyDecidedError):
                continue  # Epochs and states are read again: only the manifest is still the same.
            return decision
        raise UnansweredError("the consents kept moving while they were read")

    def told(self, decision: ScreeningDecision) -> ScreeningDecision:
        """Tell a decision in the log, and its revision if one came meanwhile."""
        told, last = None, decision
        while last != told:
            tell(last, self.folder, self.world.files)
            told, last = last, self._latest() or last
        return last

    def _sorted(self, spool: Spool) -> ScreeningDecision:
        # INVARIANT: epochs are read before states, so that an act in between moves the fence.
        customer, world = self.request.customer, self.world
        epochs = world.consents.epochs(customer)
        binding = world.bindings.of(customer)
        state = world.consents.states(customer, (CUSTOMER_PARTY,))[CUSTOMER_PARTY]
        books = binding.books(world.library)
        screener = Screener(self.request, state, self._states(epochs), books, at=self.at)
        manifest, form = rows_of(spool, self.request), self.request.manifest.format
        with sort_rows(manifest, form, screener, self._progress(spool)) as rows:
            decision = decide_screening(
                self.asked,
                self.request,
                binding,
                world.library,
                rows.seen(spool, self.request),
                rows.verdicts.kinds(timed=manifest.knows_seconds),
                rows.verdicts.unread,
                rows.outputs(self.folder),
                epochs,
                people_in_rows=rows.verdicts.people_in_rows,
                at=self.at,
            )
            return keep_outputs(decision, rows, world)

    def _states(self, epochs: Collection[int]) -> KeptStates:
        customer = self.request.customer
        read = partial(look_up, customer, world=self.world)
        key, place = self.world.keys.key_of(customer), place_of(self.folder, self.asked, epochs)
        return KeptStates(read, key, self.request.use, place, self.world.files).find()

    def _progress(self, spool: Spool) -> Progress | None:
        long = spool.bytes >= LONG_BYTES
        return leaving(self.world.files, self.folder, self.progress) if long else self.progress

    def _stands(self, earlier: ScreeningDecision) -> bool:
        return still_stands(earlier, at=self.at, world=self.world)

    def _latest(self) -> ScreeningDecision | None:
        found = self.world.decisions.latest(self.asked.decision_id)
        return earlier_on(self.asked, found, ScreeningDecision)

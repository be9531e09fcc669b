"""Deciding flows that look right and are not: the harness must catch each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DecisionRepository
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.preconditions import CommitPreconditions
from consentry.consent.status import PartyState
from consentry.decisions.decide import _read_consents
from consentry.decisions.decision import Decision, decide
from consentry.decisions.idempotency import build_request_record
from consentry.decisions.inputs import facts_of
from consentry.kernel.errors import AlreadyDecidedError
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository
from tests.testkit.interleaving.actors import Report


def answered_before_logged(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Answers first, so that nobody waits for the log."""
    decided, preconditions = _decided(deps, request, at)
    earlier = deps.decisions.latest(decided.decision_id)
    if earlier:
        report(earlier)
        return
    report(decided)
    deps.decisions.commit(decided, preconditions)


def cached_result_replayed(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Replays what it once answered under an id, as an idempotency cache does."""
    decided, preconditions = _decided(deps, request, at)
    earlier = deps.decisions.latest(decided.decision_id)
    if earlier is None:
        deps.decisions.commit(decided, preconditions)
    report(earlier or decided)


def strong_read_then_put(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Reads consents strongly consistent, then puts the decision without looking at them again."""
    assert isinstance(deps.decisions, DecisionRepository)
    variant = replace(deps)
    variant.decisions = WithoutPreconditions(deps.decisions.table, deps.decisions.consent_table)
    report(variant.decide(request, at=at))


class WithoutPreconditions(DecisionRepository):
    """A log whose commit checks that the id is new, and nothing else."""

    def commit(self, decision: AuditRow, preconditions: CommitPreconditions) -> None:
        """A conditional put."""
        try:
            super().commit(decision, CommitPreconditions({}))
        except AlreadyDecidedError:
            if self.latest(decision.decision_id) != decision:
                raise


def states_read_before_epochs(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Reads the epochs when it has read the states already: an act in between moves nothing."""
    variant = replace(deps)
    variant.consents = StatesReadFirst.over(deps.consents)
    report(variant.decide(request, at=at))


@dataclass(frozen=True)
class StatesReadFirst(ConsentRepository):
    """Consents whose states are read first, whatever order they are asked in."""

    parties: tuple[str, ...] = (
        "customer",
        *FixedPseudonymRepository().get_or_create_pseudonyms(ACME, ["ann"]).values(),
    )
    early: list[Mapping[str, PartyState]] = field(default_factory=list)

    @classmethod
    def over(cls, table: ConsentRepository) -> Self:
        """The same table."""
        return cls(**vars(table))

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The epochs, too late."""
        self.early[:] = [super().states(customer, self.parties)]
        return super().epochs(customer)

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """What was read before the epochs."""
        return self.early.pop() if self.early else super().states(customer, parties)


def _decided(
    deps: FakeDependencies, request: DataUseRequest, at: datetime
) -> tuple[Decision, CommitPreconditions]:
    names = deps.pseudonyms.get_or_create_pseudonyms(
        request.customer, (each.person for each in request.people)
    )
    request, facts = request.with_pseudonyms(names), facts_of(request)
    policy_sets = deps.assignment.resolve(deps.library)
    preconditions, evidence = _read_consents(request, facts, deps.consents, policy_sets, at)
    asked = build_request_record(request, deps.caller, deps.pseudonyms.key_of(request.customer))
    decided = decide(asked, facts, evidence, deps.assignment, deps.library, at=at)
    return decided, preconditions

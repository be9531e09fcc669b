"""Ways to decide that look right and are wrong. The explorer must catch each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.preconditions import CommitPreconditions
from consentry.consent.status import PartyState
from consentry.decisions.decision import Decision, build_decision
from consentry.decisions.idempotency import build_request_record
from consentry.decisions.inputs import Facts, build_evidence
from consentry.kernel.errors import AlreadyDecidedError
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository
from tests.testkit.interleaving.actors import Report
from tests.testkit.interleaving.decision_scenarios import ONE_VERSION_CHECK


def answered_before_logged(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Answer first, so that no caller waits for the log."""
    decision, preconditions = _decide(deps, request, at)
    earlier = deps.decisions.latest(decision.decision_id)
    if earlier:
        report(earlier)
        return
    report(decision)
    deps.decisions.commit(decision, preconditions)


def cached_result_replayed(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Replay the answer that was given under an id, as an idempotency cache does."""
    decision, preconditions = _decide(deps, request, at)
    earlier = deps.decisions.latest(decision.decision_id)
    if earlier is None:
        deps.decisions.commit(decision, preconditions)
    report(earlier or decision)


def strong_read_then_put(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Read consents strongly consistent, then put the decision without checking them again."""
    assert isinstance(deps.decisions, DynamoDBDecisionRepository)
    variant = replace(deps)
    variant.decisions = WithoutPreconditions(deps.decisions.table, deps.decisions.consent_table)
    report(variant.decide(request, at=at))


class WithoutPreconditions(DynamoDBDecisionRepository):
    """A decision log that checks only that the id is new."""

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
    """Read the states before the epochs: a consent event in between changes no epoch that was read."""
    variant = replace(deps, max_version_checks=ONE_VERSION_CHECK)
    variant.consents = StatesReadFirst.over(deps.consents)
    report(variant.decide(request, at=at))


@dataclass(frozen=True)
class StatesReadFirst(ConsentRepository):
    """A consent repository that reads the states first, in whatever order the caller reads."""

    parties: tuple[str, ...] = (
        "customer",
        *FixedPseudonymRepository().get_or_create_pseudonyms(ACME, ["ann"]).values(),
    )
    early: list[Mapping[str, PartyState]] = field(default_factory=list)

    @classmethod
    def over(cls, repository: ConsentRepository) -> Self:
        """The variant of a repository, on the same table."""
        return cls(**vars(repository))

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The epochs, read too late."""
        self.early[:] = [super().states(customer, self.parties)]
        return super().epochs(customer)

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """The states that were read before the epochs."""
        return self.early.pop() if self.early else super().states(customer, parties)


def _decide(
    deps: FakeDependencies, request: DataUseRequest, at: datetime
) -> tuple[Decision, CommitPreconditions]:
    pseudonyms = deps.pseudonyms.get_or_create_pseudonyms(
        request.customer, (each.person for each in request.people)
    )
    facts = Facts.from_request(request)
    people = {pseudonyms[each.person]: each.role for each in request.people}
    states = deps.consents.states(request.customer, (CUSTOMER_PARTY, *people))
    evidence = build_evidence(states, people, facts, at=at, invalidated_before=None)
    key = deps.pseudonyms.key_of(request.customer)
    decision = build_decision(
        build_request_record(request, deps.caller, key),
        facts,
        evidence,
        deps.assignment,
        deps.assignment.resolve(deps.library),
        at=at,
    )
    return decision, CommitPreconditions(
        {party: state.version for party, state in states.items() if state.version is not None}
    )

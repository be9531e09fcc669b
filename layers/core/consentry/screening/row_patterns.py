"""Row patterns: what rows with the same evaluation share, and that evaluation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from consentry.decisions.evaluation import (
    CONSENT_UNREADABLE,
    Evaluation,
    Outcome,
    Reason,
    evaluate,
)
from consentry.decisions.inputs import GIVEN, Evidence, Facts, PartyStatus
from consentry.decisions.response import deciding_reasons
from consentry.kernel.vocabulary import DataCategory, Role, worst
from consentry.manifests.model import RowOutcome
from consentry.screening.grant_span import PatternGrants, merge_grants
from consentry.terms.assignment import AssignedPolicies

MAX_PEOPLE_COUNTED = 16
"""Rows with this many people or more are counted as one size: a log row stays small."""


@dataclass(frozen=True, slots=True)
class EvaluationInputs:
    """What one item is evaluated on."""

    facts: Facts
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RowPattern:
    """A pattern of rows: their facts and statuses, the evaluation, and the number of rows.

    Only the strictest status in each role counts, so only that is stored: `party` of a person is
    the name of a role here. `collected_at` is that of the first row; all rows have the same
    evaluation. `seconds`: of speech in its rows; None if they have no duration.
    `sources`: the inputs of what the rows are derived from, each once.
    `grants`: when the grants began that admitted rows rest on, and when the first of them ends.
    """

    row_outcome: RowOutcome
    rows: int
    facts: Facts
    evidence: Evidence
    reasons: tuple[Reason, ...]
    seconds: float | None = None
    # Left out of the log row if the rows are derived from nothing.
    sources: Annotated[tuple[EvaluationInputs, ...], Field(exclude_if=lambda each: not each)] = ()
    grants: Annotated[PatternGrants | None, Field(exclude_if=lambda each: not each)] = None

    @property
    def inputs(self) -> tuple[EvaluationInputs, ...]:
        """Everything that it is evaluated on."""
        return (EvaluationInputs(self.facts, self.evidence), *self.sources)

    @property
    def deciding_reasons(self) -> tuple[Reason, ...]:
        """The reasons of its row outcome."""
        return deciding_reasons(self.reasons, allows=self.row_outcome is RowOutcome.ADMITTED)


@dataclass(slots=True)
class EvaluatedPattern:
    """What the rows of a pattern share; `until`: when the first of their grants ends.

    `sources`: the patterns of what they are derived from; the strictest evaluation counts.
    `status_numbers`: those of its people. A derived pattern shares the set with its rows' own
    pattern, so later additions reach both. `own_grants`: set after the last row.
    """

    evaluation: Evaluation
    facts: Facts
    evidence: Evidence
    until: datetime | None = None
    sources: tuple["EvaluatedPattern", ...] = ()
    status_numbers: set[int] = field(default_factory=set)
    own_grants: PatternGrants = field(default_factory=PatternGrants)

    @property
    def row_outcome(self) -> RowOutcome:
        """The outcome of its rows."""
        return row_outcome_of(self.evaluation)

    @property
    def expires_at(self) -> datetime | None:
        """When its rows must be evaluated again; None for rows that are not admitted."""
        if self.evaluation.expires_at is None:
            return None
        grants_end = (each.until for each in (self, *self.sources))
        return earliest((self.evaluation.expires_at, *grants_end))

    @property
    def own_inputs(self) -> EvaluationInputs:
        """What its rows are evaluated on, without their sources."""
        people = tuple(replace(each, until=self.until) for each in self.evidence.people)
        return EvaluationInputs(self.facts, replace(self.evidence, people=people))

    def as_row_pattern(self, rows: int, seconds: float | None) -> RowPattern:
        """The pattern with its number of rows, and the seconds of speech in them."""
        own, reasons = self.own_inputs, self.evaluation.reasons
        sources = tuple(source.own_inputs for source in self.sources)
        outcome = self.row_outcome
        grants = merge_grants(each.own_grants for each in (self, *self.sources))
        return RowPattern(
            outcome,
            rows,
            own.facts,
            own.evidence,
            reasons,
            seconds,
            sources,
            grants if outcome is RowOutcome.ADMITTED else None,
        )


def row_outcome_of(evaluation: Evaluation) -> RowOutcome:
    """The row outcome of an evaluation; `undetermined` if a status was unreadable."""
    if evaluation.outcome is Outcome.ALLOW:
        return RowOutcome.ADMITTED
    if any(CONSENT_UNREADABLE in reason.rules for reason in evaluation.reasons):
        return RowOutcome.UNDETERMINED
    return RowOutcome.REJECTED


def strictest(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Several evaluations as one: allow only if all allow, and until the first expires."""
    distinct = dict.fromkeys(reason for each in evaluations for reason in each.reasons)
    reasons = tuple(sorted(distinct, key=lambda reason: not reason.denies))
    if not evaluations or any(each.outcome is Outcome.DENY for each in evaluations):
        return Evaluation(Outcome.DENY, reasons, None)
    return Evaluation(Outcome.ALLOW, reasons, earliest(each.expires_at for each in evaluations))


def evaluate_pattern(
    pattern: RowPattern, policy_sets: AssignedPolicies, *, at: datetime
) -> Evaluation:
    """The evaluation of a pattern: the strictest over all its inputs."""
    return strictest(
        [evaluate(each.facts, each.evidence, policy_sets, at=at) for each in pattern.inputs]
    )


def strictest_of(role: Role, people: list[PartyStatus]) -> PartyStatus:
    """The people of one role as one party: the strictest status per leaf, now and at collection."""
    first = people[0].statuses
    statuses = (
        {leaf: worst([each.statuses[leaf] for each in people]) for leaf in first}
        if len(people) > 1
        else first
    )
    version = None if any(each.version is None for each in people) else 0
    covered = tuple(leaf for leaf in first if all(_covers(each, leaf) for each in people))
    return PartyStatus(role, role, version, statuses, covered, earliest(p.until for p in people))


def _covers(party: PartyStatus, leaf: DataCategory) -> bool:
    """Whether the status at collection is the status now."""
    return leaf in party.covers_collected or party.statuses[leaf] not in GIVEN


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of the moments, or None."""
    return min((moment for moment in moments if moment is not None), default=None)


def rules_of(reason: Reason) -> tuple[str, ...]:
    """The rules of a reason; where a policy set does not cover the use, its own name."""
    return reason.rules or (f"{reason.policy_set_id}@{reason.version} does not cover this",)

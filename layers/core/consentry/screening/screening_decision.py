"""The decision on a manifest, with all inputs to evaluate its row patterns again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from consentry.decisions.decision import RequestRecord, truth_tables_used
from consentry.decisions.evaluation import Outcome, Reason
from consentry.kernel.ids import token_of
from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.manifests.model import ManifestSummary, OutputFile, RowOutcome
from consentry.screening.row_patterns import RowPattern, earliest, evaluate_pattern, row_outcome_of
from consentry.terms.assignment import AssignedPolicies, Assignment
from consentry.terms.policy_set import Library


def screening_folder(request_record: RequestRecord) -> str:
    """The key prefix of a screening's outputs, report and permit."""
    return f"{request_record.customer}/screenings/{token_of(request_record.decision_id)}"


@dataclass(frozen=True, slots=True)
class ScreenedUse:
    """The use that all rows are screened for."""

    operation: Operation
    service: Service
    model_owner: ModelOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDecision:
    """Allow if any row was admitted: then only the admitted file of `outputs` may be used.

    `invalid_rows`: how many rows could not be evaluated, by problem.
    `rows_by_people`: the number of evaluated rows by outcome and number of people; the last number,
    MAX_PEOPLE_COUNTED, includes larger ones.
    `data_set_id`: the id of the data set; None if nothing was admitted.
    `epochs`: the customer's epochs at the commit. `vocabulary`, `truth_tables`: as in a Decision.
    `evaluated_at`: when the rows were evaluated. `invalidated_before`: the last material change at
    that time. A revision is the denial of an allow after a change or after its end; its rows are not
    evaluated again.
    """

    kind: Literal["screening"] = "screening"
    request_record: RequestRecord
    revision: int = 1
    revises: int | None = None
    use: ScreenedUse
    assignment: Assignment
    vocabulary: str
    truth_tables: Mapping[str, str]
    manifest: ManifestSummary
    row_patterns: tuple[RowPattern, ...]
    invalid_rows: Mapping[str, int]
    outputs: Mapping[str, OutputFile]
    epochs: tuple[int, ...]
    outcome: Outcome
    evaluated_at: datetime
    at: datetime
    expires_at: datetime | None
    rows_by_people: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    data_set_id: str | None = None
    invalidated_before: datetime | None = None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.request_record.decision_id

    @property
    def allows(self) -> bool:
        """Whether the admitted file may be used."""
        return self.outcome is Outcome.ALLOW

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons of all row patterns."""
        return tuple(reason for pattern in self.row_patterns for reason in pattern.reasons)


def reevaluate_screening(decision: ScreeningDecision, library: Library) -> ScreeningDecision:
    """The decision evaluated again: equal unless its row was altered. A revision stays a denial."""
    policy_sets, at = decision.assignment.resolve(library), decision.evaluated_at
    evaluations = [evaluate_pattern(each, policy_sets, at=at) for each in decision.row_patterns]
    row_patterns = tuple(
        replace(each, row_outcome=row_outcome_of(evaluation), reasons=evaluation.reasons)
        for each, evaluation in zip(decision.row_patterns, evaluations, strict=True)
    )
    is_revision = decision.revises is not None
    return replace(
        decision,
        row_patterns=row_patterns,
        vocabulary=policy_sets.vocabulary.digest,
        truth_tables=truth_tables_of(policy_sets, row_patterns, at),
        outcome=Outcome.DENY if is_revision else outcome_of(row_patterns),
        expires_at=None if is_revision else earliest(each.expires_at for each in evaluations),
    )


def supersede(earlier: ScreeningDecision, *, at: datetime) -> ScreeningDecision:
    """The revision of an allow after a change or after its end: nothing may be used any more."""
    return replace(
        earlier,
        revision=earlier.revision + 1,
        revises=earlier.revision,
        outcome=Outcome.DENY,
        at=at,
        expires_at=None,
    )


def outcome_of(row_patterns: Iterable[RowPattern]) -> Outcome:
    """Allow if any row was admitted."""
    admits = any(each.row_outcome is RowOutcome.ADMITTED for each in row_patterns)
    return Outcome.ALLOW if admits else Outcome.DENY


def truth_tables_of(
    policy_sets: AssignedPolicies, row_patterns: Iterable[RowPattern], at: datetime
) -> dict[str, str]:
    """The digests of the truth tables that the patterns were evaluated with."""
    truth_tables: dict[str, str] = {}
    for inputs in (each for pattern in row_patterns for each in pattern.inputs):
        truth_tables |= truth_tables_used(policy_sets, inputs.facts, at)
    return truth_tables

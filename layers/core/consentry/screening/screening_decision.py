"""The one decision on a whole manifest, with all that is needed to judge its kinds of rows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from consentry.decisions.decision import RequestRecord, truth_tables_used
from consentry.decisions.evaluation import Outcome, Reason
from consentry.kernel.requests import DataUse
from consentry.manifests.model import RowOutcome
from consentry.screening.row_patterns import RowPattern, earliest, evaluate_pattern, row_outcome_of
from consentry.screening.types import ManifestSummary, OutputFile, ScreenedUse
from consentry.terms.assignment import AssignedPolicies, Assignment
from consentry.terms.policy_set import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDecision:
    """Allow if any row was admitted: then what `outputs` names as admitted may be used, and nothing else.

    `unread`: how many rows said nothing that could be decided, by what was wrong with them.
    `people_in_rows`: of the rows that were decided, how many have how many people in them, by placement; the last
    size, MOST_PEOPLE_TOLD, stands for more, too. Empty in rows of the log from before it was counted.
    `data_set`: the id of the record of what was admitted; None if nothing was, or before records were kept.
    `epochs`: the customer's epochs that it was committed on. `tables` as in a Decision.
    `judged_at`: the moment that the rows were judged at; `outdated_before`: from before when a material change had
    outdated grants then. A revision is the denial of an allow on which something
    moved, or which ended, by `at`; its rows are not judged again.
    """

    kind: Literal["screening"] = "screening"
    request_record: RequestRecord
    revision: int = 1
    revises: int | None = None
    use: ScreenedUse
    assignment: Assignment
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
    data_set: str | None = None
    invalidated_before: datetime | None = None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.request_record.decision_id

    @property
    def allows(self) -> bool:
        """Whether anything was admitted, and nothing has taken it back."""
        return self.outcome is Outcome.ALLOW

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the books said, kind by kind."""
        return tuple(reason for kind in self.row_patterns for reason in kind.reasons)


def decide_screening(
    request_record: RequestRecord,
    request: DataUse,
    assignment: Assignment,
    library: Library,
    manifest: ManifestSummary,
    row_patterns: tuple[RowPattern, ...],
    invalid_rows: Mapping[str, int],
    outputs: Mapping[str, OutputFile],
    epochs: tuple[int, ...],
    *,
    rows_by_people: Mapping[str, Mapping[int, int]],
    at: datetime,
) -> ScreeningDecision:
    """The decision that the kinds of a manifest's rows come to. Pure."""
    admits = any(kind.row_outcome is RowOutcome.ADMITTED for kind in row_patterns)
    policy_sets, use = assignment.resolve(library), request.use
    return ScreeningDecision(
        request_record=request_record,
        use=ScreenedUse(use.operation, use.service, request.model_owner),
        assignment=assignment,
        truth_tables=_tables(policy_sets, row_patterns, at),
        manifest=manifest,
        row_patterns=row_patterns,
        invalid_rows=invalid_rows,
        outputs=outputs,
        epochs=epochs,
        outcome=Outcome.ALLOW if admits else Outcome.DENY,
        evaluated_at=at,
        at=at,
        expires_at=_expiry(policy_sets, row_patterns, at),
        rows_by_people=rows_by_people,
        invalidated_before=policy_sets.invalidated_before(use.operation, use.service, at=at),
    )


def reevaluate_screening(decision: ScreeningDecision, library: Library) -> ScreeningDecision:
    """The decision with every kind judged again; equal to it unless the row was altered.

    A revision takes nothing from the books: it stays a denial.
    """
    policy_sets, at = decision.assignment.resolve(library), decision.evaluated_at
    again = [evaluate_pattern(kind, policy_sets, at=at) for kind in decision.row_patterns]
    row_patterns = tuple(
        replace(kind, row_outcome=row_outcome_of(evaluation), reasons=evaluation.reasons)
        for kind, evaluation in zip(decision.row_patterns, again, strict=True)
    )
    admits = any(kind.row_outcome is RowOutcome.ADMITTED for kind in row_patterns)
    outcome = Outcome.ALLOW if admits and decision.revises is None else Outcome.DENY
    expires_at = _expiry(policy_sets, row_patterns, at)
    return replace(
        decision,
        row_patterns=row_patterns,
        truth_tables=_tables(policy_sets, row_patterns, at),
        outcome=outcome,
        expires_at=expires_at if decision.revises is None else None,
    )


def supersede(earlier: ScreeningDecision, *, at: datetime) -> ScreeningDecision:
    """The revision of an allow on which something moved, or which ended: its admitted rows are taken back."""
    return replace(
        earlier,
        revision=earlier.revision + 1,
        revises=earlier.revision,
        outcome=Outcome.DENY,
        at=at,
        expires_at=None,
    )


def _expiry(
    policy_sets: AssignedPolicies, row_patterns: Iterable[RowPattern], at: datetime
) -> datetime | None:
    return earliest(evaluate_pattern(kind, policy_sets, at=at).expires_at for kind in row_patterns)


def _tables(
    policy_sets: AssignedPolicies, row_patterns: Iterable[RowPattern], at: datetime
) -> dict[str, str]:
    truth_tables: dict[str, str] = {}
    for ground in (each for kind in row_patterns for each in kind.inputs):
        truth_tables |= truth_tables_used(policy_sets, ground.facts, at)
    return truth_tables

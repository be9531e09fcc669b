"""The one decision on a whole manifest, with all that is needed to judge its kinds of rows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from consentry.domain.decision.decision import Asked, tables_used
from consentry.domain.decision.judgement import Finding, Outcome
from consentry.domain.manifests.manifest import Placement
from consentry.domain.requests import DataUse
from consentry.domain.screening.row_kinds import RowKind, earliest, judged, place
from consentry.domain.screening.screened import ManifestSeen, Output, ScreenedUse
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.tables import Library


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
    asked: Asked
    revision: int = 1
    revises: int | None = None
    use: ScreenedUse
    binding: Binding
    tables: Mapping[str, str]
    manifest: ManifestSeen
    kinds: tuple[RowKind, ...]
    unread: Mapping[str, int]
    outputs: Mapping[str, Output]
    epochs: tuple[int, ...]
    outcome: Outcome
    judged_at: datetime
    at: datetime
    expires_at: datetime | None
    people_in_rows: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    data_set: str | None = None
    outdated_before: datetime | None = None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.asked.decision_id

    @property
    def allows(self) -> bool:
        """Whether anything was admitted, and nothing has taken it back."""
        return self.outcome is Outcome.ALLOW

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the books said, kind by kind."""
        return tuple(finding for kind in self.kinds for finding in kind.findings)


def decide_screening(
    asked: Asked,
    request: DataUse,
    binding: Binding,
    library: Library,
    manifest: ManifestSeen,
    kinds: tuple[RowKind, ...],
    unread: Mapping[str, int],
    outputs: Mapping[str, Output],
    epochs: tuple[int, ...],
    *,
    people_in_rows: Mapping[str, Mapping[int, int]],
    at: datetime,
) -> ScreeningDecision:
    """The decision that the kinds of a manifest's rows come to. Pure."""
    admits = any(kind.placement is Placement.ADMITTED for kind in kinds)
    books, use = binding.books(library), request.use
    return ScreeningDecision(
        asked=asked,
        use=ScreenedUse(use.operation, use.service, request.model_owner),
        binding=binding,
        tables=_tables(books, kinds, at),
        manifest=manifest,
        kinds=kinds,
        unread=unread,
        outputs=outputs,
        epochs=epochs,
        outcome=Outcome.ALLOW if admits else Outcome.DENY,
        judged_at=at,
        at=at,
        expires_at=_expiry(books, kinds, at),
        people_in_rows=people_in_rows,
        outdated_before=books.outdated_before(use.operation, use.service, at=at),
    )


def recompute_screening(decision: ScreeningDecision, library: Library) -> ScreeningDecision:
    """The decision with every kind judged again; equal to it unless the row was altered.

    A revision takes nothing from the books: it stays a denial.
    """
    books, at = decision.binding.books(library), decision.judged_at
    again = [judged(kind, books, at=at) for kind in decision.kinds]
    kinds = tuple(
        replace(kind, placement=place(judgement), findings=judgement.findings)
        for kind, judgement in zip(decision.kinds, again, strict=True)
    )
    admits = any(kind.placement is Placement.ADMITTED for kind in kinds)
    outcome = Outcome.ALLOW if admits and decision.revises is None else Outcome.DENY
    expires_at = _expiry(books, kinds, at)
    return replace(
        decision,
        kinds=kinds,
        tables=_tables(books, kinds, at),
        outcome=outcome,
        expires_at=expires_at if decision.revises is None else None,
    )


def superseded(earlier: ScreeningDecision, *, at: datetime) -> ScreeningDecision:
    """The revision of an allow on which something moved, or which ended: its admitted rows are taken back."""
    return replace(
        earlier,
        revision=earlier.revision + 1,
        revises=earlier.revision,
        outcome=Outcome.DENY,
        at=at,
        expires_at=None,
    )


def _expiry(books: BoundBooks, kinds: Iterable[RowKind], at: datetime) -> datetime | None:
    return earliest(judged(kind, books, at=at).expires_at for kind in kinds)


def _tables(books: BoundBooks, kinds: Iterable[RowKind], at: datetime) -> dict[str, str]:
    tables: dict[str, str] = {}
    for ground in (each for kind in kinds for each in kind.grounds):
        tables |= tables_used(books, ground.facts, at)
    return tables

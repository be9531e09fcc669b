"""Rows that are alike to the law: what they share, and what it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from consentry.domain.decision.answer import decisive
from consentry.domain.decision.evidence import Evidence, Facts, PartyStanding
from consentry.domain.decision.judgement import Finding, Judgement, Outcome, judge
from consentry.domain.decision.sayings import UNREADABLE
from consentry.domain.manifests.manifest import Placement
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.vocabulary import STRICTNESS, Role, Standing

MOST_PEOPLE_TOLD = 16
"""Rows with this many people or more are counted as one size: a log row stays small."""


def _is_empty(sources: Sequence[object]) -> bool:
    # Left out: rows of the log that are derived from nothing are stored as they were before any could be.
    return not sources


@dataclass(frozen=True, slots=True)
class Ground:
    """What one item is judged on."""

    facts: Facts
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RowKind:
    """Rows alike: the facts and standings that they share, what those came to, how many rows there are.

    Of the people, only the worst standing in each role counts, so that is all that is kept: `party` of a person
    here is a role's name. `collected_at` is the first such row's; the law makes no difference between them.
    `seconds` of speech in its rows; None where they do not say how long they last.
    `sources`: the grounds of what the rows are derived from, each once, if they are derived from anything.
    """

    placement: Placement
    rows: int
    facts: Facts
    evidence: Evidence
    findings: tuple[Finding, ...]
    seconds: float | None = None
    sources: Annotated[tuple[Ground, ...], Field(exclude_if=_is_empty)] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """All that it is judged on."""
        return (Ground(self.facts, self.evidence), *self.sources)

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """The findings that placed its rows."""
        return decisive(self.findings, allows=self.placement is Placement.ADMITTED)


@dataclass(slots=True)
class JudgedKind:
    """What rows of a kind share; `until`: when the first consent of any of them ends.

    `sources`: the kinds of what they are derived from; the judgement is the strictest of all.
    """

    judgement: Judgement
    placement: Placement
    facts: Facts
    evidence: Evidence
    until: datetime | None = None
    sources: tuple["JudgedKind", ...] = ()

    @property
    def ground(self) -> Ground:
        """What its rows are judged on themselves."""
        people = tuple(replace(each, until=self.until) for each in self.evidence.people)
        return Ground(self.facts, replace(self.evidence, people=people))

    def as_kind(self, rows: int, seconds: float | None) -> RowKind:
        """The kind, with so many rows and so many seconds of speech in them."""
        own, findings = self.ground, self.judgement.findings
        sources = tuple(source.ground for source in self.sources)
        return RowKind(self.placement, rows, own.facts, own.evidence, findings, seconds, sources)


def place(judgement: Judgement) -> Placement:
    """Where rows of this judgement go; a consent that could not be read leaves them undetermined."""
    if judgement.outcome is Outcome.ALLOW:
        return Placement.ADMITTED
    if any(UNREADABLE in finding.rules for finding in judgement.findings):
        return Placement.UNDETERMINED
    return Placement.REFUSED


def strictest(judgements: Sequence[Judgement]) -> Judgement:
    """Several judgements as one: allow only if all of them are, and no longer than the first of them."""
    said = dict.fromkeys(finding for each in judgements for finding in each.findings)
    findings = tuple(sorted(said, key=lambda finding: not finding.denies))
    if any(each.outcome is Outcome.DENY for each in judgements):
        return Judgement(Outcome.DENY, findings, None)
    return Judgement(Outcome.ALLOW, findings, earliest(each.expires_at for each in judgements))


def judged(kind: RowKind, books: BoundBooks, *, at: datetime) -> Judgement:
    """What the law makes of a kind: the strictest that it makes of any of its grounds."""
    return strictest([judge(each.facts, each.evidence, books, at=at) for each in kind.grounds])


def worst_of(role: Role, people: list[PartyStanding]) -> PartyStanding:
    """The people in one role as one: the worst standing on each leaf, unread if one of them is."""
    first = people[0].standings
    standings = (
        {leaf: max((p.standings[leaf] for p in people), key=_strictness) for leaf in first}
        if len(people) > 1
        else first
    )
    version = None if any(each.version is None for each in people) else 0
    return PartyStanding(role, role, version, standings, (), earliest(p.until for p in people))


def _strictness(standing: Standing) -> int:
    return STRICTNESS[standing]


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of the moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)


def rules_of(finding: Finding) -> tuple[str, ...]:
    """The rules that a finding names; of a text that is silent, its own name."""
    return finding.rules or (f"{finding.book}@{finding.version} is silent",)

"""Rows that are alike to the law: what they share, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.domain.answer import decisive
from consentry.domain.evidence import Evidence, Facts, PartyStanding
from consentry.domain.judgement import Finding, Judgement, Outcome
from consentry.domain.manifest import Placement
from consentry.domain.sayings import UNREADABLE
from consentry.domain.vocabulary import STRICTNESS, Role, Standing

MOST_PEOPLE_TOLD = 16
"""Rows with this many people or more are counted as one size: a log row stays small."""


@dataclass(frozen=True, slots=True)
class RowKind:
    """Rows alike: the facts and standings that they share, what those came to, how many rows there are.

    Of the people, only the worst standing in each role counts, so that is all that is kept: `party` of a person
    here is a role's name. `collected_at` is the first such row's; the law makes no difference between them.
    `seconds` of speech in its rows; None where they do not say how long they last.
    """

    placement: Placement
    rows: int
    facts: Facts
    evidence: Evidence
    findings: tuple[Finding, ...]
    seconds: float | None = None

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """The findings that placed its rows."""
        return decisive(self.findings, allows=self.placement is Placement.ADMITTED)


@dataclass(slots=True)
class JudgedKind:
    """What rows of a kind share; `until`: when the first consent of any of them ends."""

    judgement: Judgement
    placement: Placement
    facts: Facts
    evidence: Evidence
    until: datetime | None = None

    def as_kind(self, rows: int, seconds: float | None) -> RowKind:
        """The kind, with so many rows and so many seconds of speech in them."""
        people = tuple(replace(each, until=self.until) for each in self.evidence.people)
        evidence, findings = replace(self.evidence, people=people), self.judgement.findings
        return RowKind(self.placement, rows, self.facts, evidence, findings, seconds)


def place(judgement: Judgement) -> Placement:
    """Where rows of this judgement go; a consent that could not be read leaves them undetermined."""
    if judgement.outcome is Outcome.ALLOW:
        return Placement.ADMITTED
    if any(UNREADABLE in finding.rules for finding in judgement.findings):
        return Placement.UNDETERMINED
    return Placement.REFUSED


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

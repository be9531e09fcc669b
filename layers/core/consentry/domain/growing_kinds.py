"""Kinds of rows while their rows are still being counted."""

from dataclasses import dataclass, replace
from datetime import datetime

from consentry.domain.evidence import Evidence, Facts
from consentry.domain.judgement import Judgement
from consentry.domain.manifest import NANOSECONDS, Placement, Speech
from consentry.domain.row_kinds import Ground, RowKind


@dataclass(slots=True, eq=False)
class JudgedGround:
    """What rows alike are judged on, and what that comes to.

    `until`: when the first consent in any of the rows ends.
    """

    facts: Facts
    evidence: Evidence
    judgement: Judgement
    until: datetime | None = None

    def told(self) -> Ground:
        """The ground as the log holds it."""
        people = tuple(replace(each, until=self.until) for each in self.evidence.people)
        return Ground(self.facts, replace(self.evidence, people=people))


@dataclass(slots=True)
class GrowingKind:
    """A kind while its rows are still being counted."""

    ground: JudgedGround
    sources: tuple[JudgedGround, ...]
    judgement: Judgement
    placement: Placement
    rows: int = 0
    nanoseconds: int | None = None

    def kind(self) -> RowKind:
        """The kind as the log holds it."""
        own, sources = self.ground.told(), tuple(source.told() for source in self.sources)
        seconds = None if self.nanoseconds is None else self.nanoseconds / NANOSECONDS
        findings = self.judgement.findings
        return RowKind(
            self.placement, self.rows, own.facts, own.evidence, findings, seconds, sources
        )

    def hear(self, speech: Speech) -> None:
        """One of its rows lasts so long, if rows say how long they last."""
        if speech.seconds is not None:
            self.nanoseconds = (self.nanoseconds or 0) + speech.nanoseconds

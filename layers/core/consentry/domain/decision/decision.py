"""A decision: the answer to one request, with all that is needed to compute it again, for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from consentry.domain.decision.counterfactual import needs
from consentry.domain.decision.evidence import Evidence, Facts
from consentry.domain.decision.judgement import Finding, Outcome, judge
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.tables import Book, Library

SUPERSEDED = "what an earlier allow stood on has changed or ended: ask under a new request id"


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking: under which id, with which body, who declares it and who asks (as pseudonyms)."""

    decision_id: str
    customer: str
    request_digest: str
    declared_by: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer and its grounds. People stand in it only by their random names.

    `revision` counts from 1; a later one refers by `revises` to the allow that it turned into a denial.
    `tables`: the digest of every version that could speak, by `book@version`.
    `expires_at`: the end of an allow; a denial has none.
    """

    asked: Asked
    revision: int
    revises: int | None
    facts: Facts
    evidence: Evidence
    binding: Binding
    tables: Mapping[str, str]
    outcome: Outcome
    findings: tuple[Finding, ...]
    needs: tuple[str, ...]
    at: datetime
    expires_at: datetime | None

    @property
    def decision_id(self) -> str:
        """`customer~token`: the id of the one decision that this request id can have."""
        return self.asked.decision_id

    @property
    def allows(self) -> bool:
        """Whether the answer is allow."""
        return self.outcome is Outcome.ALLOW


def decide(
    asked: Asked,
    facts: Facts,
    evidence: Evidence,
    binding: Binding,
    library: Library,
    *,
    at: datetime,
) -> Decision:
    """The decision that these facts and standings come to under these books at this moment. Pure."""
    books = binding.books(library)
    judgement = judge(facts, evidence, books, at=at)
    return Decision(
        asked=asked,
        revision=1,
        revises=None,
        facts=facts,
        evidence=evidence,
        binding=binding,
        tables=tables_used(books, facts, at),
        outcome=judgement.outcome,
        findings=judgement.findings,
        needs=needs(judgement, facts, evidence, books, at=at),
        at=at,
        expires_at=judgement.expires_at,
    )


def recompute(decision: Decision, library: Library) -> Decision:
    """The same decision computed again from its own row; equal to it unless the row was altered."""
    again = decide(
        decision.asked, decision.facts, decision.evidence, decision.binding, library, at=decision.at
    )
    return again if decision.revises is None else denial_of(again, revision=decision.revision)


def denial_of(later: Decision, *, revision: int = 2) -> Decision:
    """The revision of an allow by what the law says now: always a denial.

    A revision can only turn an allow into a denial. Where the law would still allow, the caller is told
    to ask anew, since an allow given under this id was answered once already.
    """
    return replace(
        later,
        revision=revision,
        revises=revision - 1,
        outcome=Outcome.DENY,
        needs=(SUPERSEDED,) if later.allows else later.needs,
        expires_at=None,
    )


def tables_used(books: BoundBooks, facts: Facts, at: datetime) -> dict[str, str]:
    """The digest of every version that could speak to these facts, by `book@version`."""
    asked: list[tuple[Book, datetime]] = [(books.terms, facts.collected_at), (books.terms, at)]
    asked += [(book, at) for book in books.limits]
    in_force = ((book.name, book.in_force(moment)) for book, moment in asked)
    return {f"{name}@{table.version}": table.digest for name, table in in_force if table}


_CODEC = TypeAdapter(Decision)


def encode(decision: Decision) -> bytes:
    """The log row of a decision: one JSON document, fields in the order of the type."""
    return _CODEC.dump_json(decision)


def decode(row: bytes | str) -> Decision:
    """The decision of a log row."""
    return _CODEC.validate_json(row)

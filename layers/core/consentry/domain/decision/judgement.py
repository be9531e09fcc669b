"""The law applied: what the terms and the limit books say to one use, at the leaves. Pure and total."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consentry.domain.decision.evidence import Evidence, Facts
from consentry.domain.decision.sayings import Said, by_limit, by_terms, on_reading
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.tables import Verdict
from consentry.domain.vocabulary import DataCategory, Standing

CLOCK_SKEW = timedelta(minutes=5)
"""By how much data may seem to be collected after it is decided on."""

ALLOW_LASTS = timedelta(minutes=15)
"""How long an allow may be relied on; it ends sooner with a consent it stands on, or with the terms."""


class Outcome(StrEnum):
    """A decision's answer."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one version of one book says to some of the asked data, by which rules, on which standings."""

    book: str
    version: str
    verdict: Verdict
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    says: tuple[str, ...]
    data: tuple[DataCategory, ...]
    customer: Standing
    people: Standing
    enforced: bool = True

    @property
    def denies(self) -> bool:
        """Whether this finding alone is a denial."""
        return self.enforced and self.verdict is not Verdict.PERMIT


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome and everything that led to it, what denies first."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    expires_at: datetime | None


def judge(facts: Facts, evidence: Evidence, books: BoundBooks, *, at: datetime) -> Judgement:
    """Allow only if the terms permit every leaf, no limit book forbids one, and every consent was read.

    The terms' verdict is the stricter of two versions: in force when the data was collected, and now.
    """
    said = [*on_reading(facts, evidence), *by_terms(facts, evidence, books.terms, at)]
    for book in books.limits:
        said += by_limit(facts, evidence, book, at, enforced=book.name not in books.observed)
    findings = _findings(said)
    if any(finding.denies for finding in findings):
        return Judgement(Outcome.DENY, findings, None)
    return Judgement(Outcome.ALLOW, findings, _expiry(evidence, books, at))


def _findings(said: Iterable[Said]) -> tuple[Finding, ...]:
    """What differs only in the data, as one finding; what denies first, else in the order said."""
    alike: dict[tuple[object, ...], list[Said]] = {}
    for each in said:
        key = (each.book, each.version, each.ruling, each.customer, each.people)
        alike.setdefault(key, []).append(each)
    findings = [_finding(group[0], tuple(s.leaf for s in group)) for group in alike.values()]
    return tuple(sorted(findings, key=lambda finding: not finding.denies))


def _finding(said: Said, data: tuple[DataCategory, ...]) -> Finding:
    rules = [said.rules[rule] for rule in said.ruling.rules]
    return Finding(
        book=said.book,
        version=said.version,
        verdict=said.ruling.verdict,
        rules=said.ruling.rules,
        clauses=tuple([rule.clause for rule in rules]),
        says=tuple([rule.says for rule in rules]),
        data=data,
        customer=said.customer,
        people=said.people,
        enforced=said.enforced,
    )


def _expiry(evidence: Evidence, books: BoundBooks, at: datetime) -> datetime:
    """The moment after which an allow given now may not be relied on."""
    ends = [at + ALLOW_LASTS, *(party.until for party in evidence.parties)]
    ends += [book.next_change(at) for book in (books.terms, *books.limits)]
    return min(end for end in ends if end is not None)

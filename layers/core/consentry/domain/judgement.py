"""The law applied: what the terms and the limit books say to one use, at the leaves. Pure and total."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from consentry.domain.evidence import Evidence, Facts
from consentry.domain.terms import Book, Ruling, TermsTable, Verdict
from consentry.domain.vocabulary import DataCategory, Role, Standing

ALLOW_LASTS = timedelta(minutes=15)
"""How long an allow may be relied on; it ends sooner with a consent it stands on, or with the terms."""

OWN_BOOK = "consentry"
UNREADABLE = "consentry.consent_unreadable"
NO_TERMS = "consentry.no_terms_in_force"

COUNTED = {
    "all": frozenset(Role),
    "host_and_speakers": frozenset({Role.HOST, Role.SPEAKER}),
}
"""The roles whose standings a book counts, by the word in its book.json."""


class Outcome(StrEnum):
    """A decision's answer."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class BoundBooks:
    """The books that bind a customer: one terms book, and limit books, which can only forbid."""

    terms: Book
    limits: tuple[Book, ...] = ()
    observed: frozenset[str] = frozenset()
    """Names of limit books whose forbids are logged and counted without denying."""


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
    findings = _merged(
        finding for leaf in facts.data for finding in _on_leaf(leaf, facts, evidence, books, at)
    )
    if any(finding.denies for finding in findings):
        return Judgement(Outcome.DENY, findings, None)
    return Judgement(Outcome.ALLOW, findings, _expiry(evidence, books, at))


def _on_leaf(
    leaf: DataCategory, facts: Facts, evidence: Evidence, books: BoundBooks, at: datetime
) -> Iterator[Finding]:
    # INVARIANT: a consent that could not be read is never an allow, whatever a book makes of it.
    if any(party.version is None for party in evidence.parties):
        yield _own_finding(UNREADABLE, "a consent could not be read", leaf)
    yield _terms_finding(leaf, facts, evidence, books.terms, at)
    for book in books.limits:
        table = book.in_force(at)
        if table is None:
            continue
        finding = _ask(book, table, leaf, facts, evidence)
        if finding.verdict is Verdict.FORBID:
            yield replace(finding, enforced=book.name not in books.observed)


def _terms_finding(
    leaf: DataCategory, facts: Facts, evidence: Evidence, book: Book, at: datetime
) -> Finding:
    now = book.in_force(at)
    then = now if leaf in evidence.customer.lifts else book.in_force(facts.collected_at)
    if now is None or then is None:
        return _own_finding(NO_TERMS, "no terms were in force", leaf)
    current = _ask(book, now, leaf, facts, evidence)
    if then is now:
        return current
    former = _ask(book, then, leaf, facts, evidence)
    return max(current, former, key=lambda finding: finding.verdict.strictness)


def _ask(
    book: Book, table: TermsTable, leaf: DataCategory, facts: Facts, evidence: Evidence
) -> Finding:
    customer = evidence.customer.on(leaf)
    people = evidence.of_people(
        leaf, counted=COUNTED[book.counts], required=leaf in book.people_named_for
    )
    ruling = table.ruling(
        leaf, facts.operation, facts.same_service, facts.model_owner, customer, people
    )
    return _finding(book.name, table, ruling, leaf, customer, people)


def _finding(
    book: str,
    table: TermsTable,
    ruling: Ruling,
    leaf: DataCategory,
    customer: Standing,
    people: Standing,
) -> Finding:
    rules = [table.rules[rule] for rule in ruling.rules]
    return Finding(
        book=book,
        version=table.version,
        verdict=ruling.verdict,
        rules=ruling.rules,
        clauses=tuple(rule.clause for rule in rules),
        says=tuple(rule.says for rule in rules),
        data=(leaf,),
        customer=customer,
        people=people,
    )


def _own_finding(rule: str, says: str, leaf: DataCategory) -> Finding:
    unknown = Standing.UNKNOWN
    return Finding(
        OWN_BOOK, "-", Verdict.SILENT, (rule,), ("-",), (says,), (leaf,), unknown, unknown
    )


def _merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that differ only in the data, as one; what denies first, else in the order found."""
    groups: dict[tuple[object, ...], tuple[Finding, list[DataCategory]]] = {}
    for each in findings:
        key = (each.book, each.version, each.rules, each.customer, each.people, each.verdict)
        groups.setdefault(key, (each, []))[1].extend(each.data)
    whole = [replace(first, data=tuple(data)) for first, data in groups.values()]
    return tuple(sorted(whole, key=lambda finding: not finding.denies))


def _expiry(evidence: Evidence, books: BoundBooks, at: datetime) -> datetime:
    """The moment after which an allow given now may not be relied on."""
    ends = [at + ALLOW_LASTS, *(party.until for party in evidence.parties)]
    ends += [book.next_change(at) for book in (books.terms, *books.limits)]
    return min(end for end in ends if end is not None)

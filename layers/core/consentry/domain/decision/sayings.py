"""What each version in force says to each leaf, before it is put together into findings."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from consentry.domain.decision.evidence import Evidence, Facts
from consentry.domain.terms.tables import Book, Rule, Ruling, TermsTable, Verdict
from consentry.domain.vocabulary import DataCategory, Role, Standing

OWN_BOOK = "consentry"
UNREADABLE = "consentry.consent_unreadable"
NO_TERMS = "consentry.no_terms_in_force"
_OWN_RULES = {
    UNREADABLE: Rule(UNREADABLE, "-", "a consent could not be read", None, "forbid"),
    NO_TERMS: Rule(NO_TERMS, "-", "no terms were in force", None, "forbid"),
}

COUNTED = {
    "all": frozenset(Role),
    "host_and_speakers": frozenset({Role.HOST, Role.SPEAKER}),
}
"""The roles whose standings a book counts, by the word in its book.json."""


class Said(NamedTuple):
    """What one version of one book says to one leaf."""

    leaf: DataCategory
    book: str
    version: str
    ruling: Ruling
    rules: Mapping[str, Rule]
    customer: Standing = Standing.UNKNOWN
    people: Standing = Standing.UNKNOWN
    enforced: bool = True


def on_reading(facts: Facts, evidence: Evidence) -> list[Said]:
    """What we say ourselves, before any book, to consents that could not be read."""
    # INVARIANT: a consent that could not be read is never an allow, whatever a book makes of it.
    if all(party.version is not None for party in evidence.parties):
        return []
    return [_by_ourselves(UNREADABLE, leaf) for leaf in facts.data]


def by_terms(facts: Facts, evidence: Evidence, book: Book, at: datetime) -> Iterator[Said]:
    """The stricter of two versions, in force at collection and now; a lifted leaf hears only the latter."""
    now, at_collection = book.in_force(at), book.in_force(facts.collected_at)
    for leaf in facts.data:
        then = now if leaf in evidence.customer.lifts else at_collection
        said = _ask(book, now, leaf, facts, evidence)
        if then is not now:
            former = _ask(book, then, leaf, facts, evidence)
            said = max(said, former, key=lambda each: each.ruling.verdict.strictness)
        yield said


def by_limit(
    facts: Facts, evidence: Evidence, book: Book, at: datetime, *, enforced: bool
) -> Iterator[Said]:
    """The forbids of a limit book; its permits and its silence have no effect."""
    now = book.in_force(at)
    if now is None:
        return
    for leaf in facts.data:
        said = _ask(book, now, leaf, facts, evidence, enforced=enforced)
        if said.ruling.verdict is Verdict.FORBID:
            yield said


def _ask(
    book: Book,
    table: TermsTable | None,
    leaf: DataCategory,
    facts: Facts,
    evidence: Evidence,
    *,
    enforced: bool = True,
) -> Said:
    if table is None:
        # A time without terms says nothing: stricter than a permit, and milder than a forbid.
        return _by_ourselves(NO_TERMS, leaf)
    customer = evidence.customer.on(leaf)
    people = evidence.of_people(
        leaf, counted=COUNTED[book.counts], required=leaf in book.people_named_for
    )
    ruling = table.ruling(
        leaf, facts.operation, facts.same_service, facts.model_owner, customer, people
    )
    return Said(leaf, book.name, table.version, ruling, table.rules, customer, people, enforced)


def _by_ourselves(rule: str, leaf: DataCategory) -> Said:
    return Said(leaf, OWN_BOOK, "-", Ruling(Verdict.SILENT, (rule,)), _OWN_RULES)

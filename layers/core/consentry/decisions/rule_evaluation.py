"""What each version in force says to each leaf, before it is put together into findings."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from consentry.decisions.inputs import Evidence, Facts
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Role
from consentry.terms.policy_set import PolicySet
from consentry.terms.truth_table import Rule, Ruling, TableEntry, TruthTable

BUILT_IN = "consentry"
CONSENT_UNREADABLE = "consentry.consent_unreadable"
NO_TERMS = "consentry.no_terms_in_force"
_OWN_RULES = {
    CONSENT_UNREADABLE: Rule(
        CONSENT_UNREADABLE, "-", "a consent could not be read", None, "forbid"
    ),
    NO_TERMS: Rule(NO_TERMS, "-", "no terms were in force", None, "forbid"),
}

COUNTED_ROLES = {
    "all": frozenset(Role),
    "host_and_speakers": frozenset({Role.HOST, Role.SPEAKER}),
}
"""The roles whose standings a book counts, by the word in its book.json."""


class LeafRuling(NamedTuple):
    """What one version of one book says to one leaf."""

    leaf: DataCategory
    policy_set: str
    version: str
    entry: TableEntry
    rules: Mapping[str, Rule]
    customer: ConsentStatus = ConsentStatus.UNREADABLE
    people: ConsentStatus = ConsentStatus.UNREADABLE
    enforced: bool = True


def check_readable(facts: Facts, evidence: Evidence) -> list[LeafRuling]:
    """What we say ourselves, before any book, to consents that could not be read."""
    # INVARIANT: a consent that could not be read is never an allow, whatever a book makes of it.
    if all(party.version is not None for party in evidence.parties):
        return []
    return [_by_ourselves(CONSENT_UNREADABLE, leaf) for leaf in facts.data]


def evaluate_terms(
    facts: Facts, evidence: Evidence, policy_set: PolicySet, at: datetime
) -> Iterator[LeafRuling]:
    """The stricter of two versions, in force at collection and now; a lifted leaf hears only the latter."""
    now, at_collection = policy_set.in_force(at), policy_set.in_force(facts.collected_at)
    for leaf in facts.data:
        then = now if leaf in evidence.customer.covers_collected else at_collection
        leaf_ruling = _ask(policy_set, now, leaf, facts, evidence)
        if then is not now:
            former = _ask(policy_set, then, leaf, facts, evidence)
            leaf_ruling = max(leaf_ruling, former, key=lambda each: each.entry.ruling.strictness)
        yield leaf_ruling


def evaluate_guardrail(
    facts: Facts, evidence: Evidence, policy_set: PolicySet, at: datetime, *, enforced: bool
) -> Iterator[LeafRuling]:
    """The forbids of a limit book; its permits and its silence have no effect."""
    now = policy_set.in_force(at)
    if now is None:
        return
    for leaf in facts.data:
        leaf_ruling = _ask(policy_set, now, leaf, facts, evidence, enforced=enforced)
        if leaf_ruling.entry.ruling is Ruling.FORBID:
            yield leaf_ruling


def _ask(
    policy_set: PolicySet,
    table: TruthTable | None,
    leaf: DataCategory,
    facts: Facts,
    evidence: Evidence,
    *,
    enforced: bool = True,
) -> LeafRuling:
    if table is None:
        # A time without terms says nothing: stricter than a permit, and milder than a forbid.
        return _by_ourselves(NO_TERMS, leaf)
    customer = evidence.customer.status_on(leaf)
    people = evidence.of_people(
        leaf,
        counted=COUNTED_ROLES[policy_set.counted_roles],
        required=leaf in policy_set.people_required_for,
    )
    entry = table.entry(
        leaf, facts.operation, facts.same_service, facts.model_owner, customer, people
    )
    return LeafRuling(
        leaf, policy_set.name, table.version, entry, table.rules, customer, people, enforced
    )


def _by_ourselves(rule: str, leaf: DataCategory) -> LeafRuling:
    return LeafRuling(leaf, BUILT_IN, "-", TableEntry(Ruling.NOT_COVERED, (rule,)), _OWN_RULES)

"""Evaluates a data use against the assigned terms and guardrails, leaf by leaf. It reads nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, worst
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import PolicySet
from consentry.terms.truth_table import Rule, Ruling, TableEntry, TruthTable

CLOCK_SKEW = timedelta(minutes=5)
"""How much later than the decision the declared collection may be, since clocks differ."""

ALLOW_LASTS = timedelta(minutes=15)
"""How long an allow is valid. It ends earlier if a consent that it uses expires, or a new version comes into force."""

NOT_COVERED = "the terms do not cover this use of this data"
"""The explanation of a ruling that no rule gives."""

BUILT_IN = "consentry"
"""The policy set id of the rules below, which no policy set contains."""
CONSENT_UNREADABLE = "consentry.consent_unreadable"
NO_TERMS = "consentry.no_terms_in_force"
_BUILT_IN_RULES = {
    CONSENT_UNREADABLE: Rule(
        CONSENT_UNREADABLE, "-", "a consent could not be read", None, "forbid"
    ),
    NO_TERMS: Rule(NO_TERMS, "-", "no terms were in force", None, "forbid"),
}


class Outcome(StrEnum):
    """The outcome of a decision."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Reason:
    """The ruling of one version of a policy set on some of the requested data.

    `rules`, `clauses` and `explanations` are those of the deciding rules, in the same order. If the
    version does not cover the data, there are no rules and clauses, and one explanation.
    `customer_status` and `people_status` are the consent statuses that the ruling used;
    `people_status` is None if nobody whose consent counts is in the data. `enforced` is False for a
    guardrail that is assigned as a dry run.
    """

    policy_set_id: str
    version: str
    ruling: Ruling
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    explanations: tuple[str, ...]
    data: tuple[DataCategory, ...]
    customer_status: ConsentStatus
    people_status: ConsentStatus | None
    enforced: bool = True

    @property
    def denies(self) -> bool:
        """Whether this reason alone makes the outcome a denial."""
        return self.enforced and self.ruling is not Ruling.PERMIT


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome and its reasons, those that deny first."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    expires_at: datetime | None


class _LeafRuling(NamedTuple):
    """The ruling of one version of a policy set on one leaf."""

    leaf: DataCategory
    policy_set_id: str
    version: str
    entry: TableEntry
    rules: Mapping[str, Rule]
    customer_status: ConsentStatus = ConsentStatus.UNREADABLE
    people_status: ConsentStatus | None = ConsentStatus.UNREADABLE
    enforced: bool = True


_ALL_BUT_LEAF = attrgetter("policy_set_id", "version", "entry", "customer_status", "people_status")


def evaluate(
    facts: Facts, evidence: Evidence, policy_sets: AssignedPolicies, *, at: datetime
) -> Evaluation:
    """Allow only if the terms permit every leaf, no guardrail forbids one, and every consent was read.

    The ruling of the terms is the stricter of two versions: in force when the data was collected,
    and now.
    """
    rulings: list[_LeafRuling] = []
    # INVARIANT: a consent that could not be read is never an allow, whatever a policy set says about it.
    rulings += [
        _built_in_ruling(CONSENT_UNREADABLE, leaf)
        for leaf in facts.data
        if any(_is_unreadable(party, leaf) for party in evidence.parties)
    ]
    rulings += _evaluate_terms(facts, evidence, policy_sets.terms, at)
    for guardrail in policy_sets.guardrails:
        enforced = guardrail.name not in policy_sets.dry_run
        rulings += _evaluate_guardrail(facts, evidence, guardrail, at, enforced=enforced)
    reasons = _group_by_data(rulings)
    # INVARIANT: no data is not an allow: then no version has ruled.
    if not reasons or any(reason.denies for reason in reasons):
        return Evaluation(Outcome.DENY, reasons, None)
    return Evaluation(Outcome.ALLOW, reasons, _expiry(evidence, policy_sets, at))


def _is_unreadable(party: PartyStatus, leaf: DataCategory) -> bool:
    return party.version is None or party.status_on(leaf) is ConsentStatus.UNREADABLE


def _evaluate_terms(
    facts: Facts, evidence: Evidence, terms: PolicySet, at: datetime
) -> Iterator[_LeafRuling]:
    """The stricter of the version at collection and the version now.

    The version at collection is evaluated with the consents that cover that time; any other grant
    counts as `never_asked`.
    """
    now, at_collection = terms.in_force(at), terms.in_force(facts.collected_at)
    then = evidence.at_collection
    for leaf in facts.data:
        ruling = _ruling_of(terms, now, leaf, facts, evidence)
        if at_collection is not now or then is not evidence:
            former = _ruling_of(terms, at_collection, leaf, facts, then)
            ruling = max(ruling, former, key=lambda each: each.entry.ruling.strictness)
        yield ruling


def _evaluate_guardrail(
    facts: Facts, evidence: Evidence, guardrail: PolicySet, at: datetime, *, enforced: bool
) -> Iterator[_LeafRuling]:
    """What a guardrail forbids; its other rulings have no effect."""
    now = guardrail.in_force(at)
    for leaf in facts.data if now else ():
        ruling = _ruling_of(guardrail, now, leaf, facts, evidence)
        if ruling.entry.ruling is Ruling.FORBID:
            yield ruling._replace(enforced=enforced)


def _ruling_of(
    policy_set: PolicySet,
    table: TruthTable | None,
    leaf: DataCategory,
    facts: Facts,
    evidence: Evidence,
) -> _LeafRuling:
    """Look a leaf up in one version's truth table."""
    if table is None:
        # Without terms in force the use is not covered: stricter than a permit, less strict than a forbid.
        return _built_in_ruling(NO_TERMS, leaf)
    customer = evidence.customer.status_on(leaf)
    rulings = []
    for people in _people_statuses(evidence, leaf, table):
        entry = table.entry(
            leaf,
            facts.operation,
            facts.same_service,
            facts.model_owner,
            customer,
            people or ConsentStatus.GRANTED,
        )
        rulings.append(
            _LeafRuling(leaf, policy_set.name, table.version, entry, table.rules, customer, people)
        )
    return max(rulings, key=lambda each: each.entry.ruling.strictness)


def _people_statuses(
    evidence: Evidence, leaf: DataCategory, table: TruthTable
) -> list[ConsentStatus | None]:
    """The statuses to look up. The strictest of their rulings counts.

    One is the strictest status of the people in counted roles; None, as good as `granted`, if there are none. The
    other is `unidentified`, if the terms require for this data that people are named, and none are,
    or someone is not identified. Terms may forbid one of the two and not the other.
    """
    counted = [each for each in evidence.people if each.role in table.counted_roles]
    named = [each.status_on(leaf) for each in counted if not each.is_unidentified]
    if leaf not in table.people_required_for or (named and len(named) == len(counted)):
        return [worst(named) if named else None]
    return [ConsentStatus.UNIDENTIFIED, *([worst(named)] if named else [])]


def _built_in_ruling(rule: str, leaf: DataCategory) -> _LeafRuling:
    entry = TableEntry(Ruling.NOT_COVERED, (rule,))
    return _LeafRuling(leaf, BUILT_IN, "-", entry, _BUILT_IN_RULES)


def _group_by_data(rulings: Iterable[_LeafRuling]) -> tuple[Reason, ...]:
    """One reason for the rulings that differ only in their leaf; reasons that deny come first."""
    groups: dict[tuple[object, ...], list[_LeafRuling]] = {}
    for each in rulings:
        groups.setdefault(_ALL_BUT_LEAF(each), []).append(each)
    reasons = map(_reason, groups.values())
    return tuple(sorted(reasons, key=lambda reason: not reason.denies))


def _reason(group: list[_LeafRuling]) -> Reason:
    ruling = group[0]
    rules = [ruling.rules[rule] for rule in ruling.entry.rules]
    return Reason(
        policy_set_id=ruling.policy_set_id,
        version=ruling.version,
        ruling=ruling.entry.ruling,
        rules=ruling.entry.rules,
        clauses=tuple([rule.clause for rule in rules]),
        explanations=tuple([rule.explanation for rule in rules]) or (NOT_COVERED,),
        data=tuple([each.leaf for each in group]),
        customer_status=ruling.customer_status,
        people_status=ruling.people_status,
        enforced=ruling.enforced,
    )


def _expiry(evidence: Evidence, policy_sets: AssignedPolicies, at: datetime) -> datetime:
    """Until when an allow is valid if the decision is made at this time."""
    assigned = (policy_sets.terms, *policy_sets.guardrails)
    ends = [at + ALLOW_LASTS, *(party.until for party in evidence.parties)]
    ends += [policy_set.next_version_at(at) for policy_set in assigned]
    return min(end for end in ends if end is not None)

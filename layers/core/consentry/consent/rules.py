"""What acts leave in their party's state, and how each act changes what those before it left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ScopeItem, ScopeWording
from consentry.kernel.vocabulary import ConsentStatus


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """What one act left behind in a party's state: the cells it still rules and how.

    `spoken`: what a denial covers, so that it covers tomorrow's words too; a grant gives what was spelled out then.
    `corrects`: the act that it corrects; of no account once it is done.
    """

    consent_event_id: str
    kind: ConsentEventKind
    at: datetime
    express: bool
    covers_collected: bool
    until: datetime | None
    consent_scope: frozenset[ScopeItem]
    wording: ScopeWording | None = None
    corrects: str | None = None

    def status(self, at: datetime, invalidated_before: datetime | None = None) -> ConsentStatus:
        """What the act comes to at a moment, for each of its cells; `outdated_before`: see PartyState."""
        match self.kind:
            case ConsentEventKind.WITHDRAWAL:
                return ConsentStatus.WITHDRAWN
            case ConsentEventKind.REFUSAL:
                return ConsentStatus.REFUSED
            case ConsentEventKind.GRANT if self.until is not None and at >= self.until:
                return ConsentStatus.EXPIRED
            case ConsentEventKind.GRANT if (
                invalidated_before is not None and self.at < invalidated_before
            ):
                return ConsentStatus.INVALIDATED
            case ConsentEventKind.GRANT:
                # A feature is opted into on a signed form; without one there is only assent.
                return ConsentStatus.GRANTED if self.express else ConsentStatus.DEEMED


def granted_scope(
    rules: tuple[ConsentRule, ...], consent_event_id: str | None
) -> frozenset[ScopeItem]:
    """What a grant of this id still rules: nothing if it was no grant."""
    given = (
        e.consent_scope
        for e in rules
        if e.kind is ConsentEventKind.GRANT and e.consent_event_id == consent_event_id
    )
    return frozenset[ScopeItem]().union(*given)


def rules_after(rules: tuple[ConsentRule, ...], rule: ConsentRule) -> tuple[ConsentRule, ...]:
    """The effects, oldest first, once an act is done; no cell is in two of them."""
    if taken := granted_scope(rules, rule.corrects):
        taking = ConsentRule(
            rule.consent_event_id, ConsentEventKind.WITHDRAWAL, rule.at, False, False, None, taken
        )
        rules = (*_under(taking, rules), taking)
    if rule.kind is ConsentEventKind.GRANT and not rule.express:
        first = [each.consent_scope for each in rules if _outlasts_assent(each, rule.at)]
        rule = replace(rule, consent_scope=rule.consent_scope.difference(*first))
    left = (replace(rule, corrects=None),) if rule.consent_scope else ()
    return (*_under(rule, rules), *left)


def without_overlaps(rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """Effects as they are read where the vocabulary has grown: of a new word, the last denial rules."""
    read, later = list[ConsentRule](), frozenset[ScopeItem]()
    for each in reversed(rules):
        read.append(replace(each, consent_scope=each.consent_scope - later))
        later |= each.consent_scope
    return tuple(reversed(read))


def _under(rule: ConsentRule, rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """What earlier effects still rule under a later one."""
    kept, later = list[ConsentRule](), [rule]
    for each in reversed(rules):
        less = replace(each, consent_scope=each.consent_scope - rule.consent_scope)
        if less.consent_scope or _waits(less, later):
            kept.append(less)
            later.append(less)
    return tuple(reversed(kept))


def _waits(each: ConsentRule, later: Sequence[ConsentRule]) -> bool:
    """Whether a denial that rules nothing is kept for the words that are still to come.

    INVARIANT: each that waits is the last on some pair of a use and a node, so no more wait than there are pairs.
    """
    if each.wording is None or not each.wording.is_open:
        return False
    said = [one.wording for one in later if one.wording]
    return not all(any(one.covers(*pair) for one in said) for pair in each.wording.pairs)


def _outlasts_assent(rule: ConsentRule, at: datetime) -> bool:
    if rule.kind is not ConsentEventKind.GRANT:
        return True
    return rule.express and (rule.until is None or at < rule.until)

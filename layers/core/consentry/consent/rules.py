"""Consent rules: the part of a party's scope that each consent event still decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ConsentScope, ScopeItem, ScopeWording
from consentry.kernel.vocabulary import ConsentStatus


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """What one consent event still decides: its scope, without the part that later events decide.

    `wording`: the uses and data as a refusal or withdrawal named them. `all` or a branch then also
    covers what the vocabulary gains later. None for a grant, and for the withdrawal that a
    correction implies. `corrects`: the event that it corrects; not stored.
    """

    consent_event_id: str
    kind: ConsentEventKind
    at: datetime
    consent_scope: ConsentScope
    express: bool = False
    covers_collected: bool = False
    until: datetime | None = None
    wording: ScopeWording | None = None
    corrects: str | None = None

    def status(self, at: datetime, invalidated_before: datetime | None = None) -> ConsentStatus:
        """The status of everything in the scope at a time; see `PartyState.status` for `invalidated_before`."""
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
                # Only a grant on a signed form is express.
                return ConsentStatus.GRANTED if self.express else ConsentStatus.DEEMED


def granted_scope(rules: tuple[ConsentRule, ...], consent_event_id: str | None) -> ConsentScope:
    """What the grant with this id still decides; empty if it is not a grant."""
    grants = (each for each in rules if each.kind is ConsentEventKind.GRANT)
    scopes = (each.consent_scope for each in grants if each.consent_event_id == consent_event_id)
    return frozenset[ScopeItem]().union(*scopes)


def rules_after(rules: tuple[ConsentRule, ...], rule: ConsentRule) -> tuple[ConsentRule, ...]:
    """The rules, oldest first, after a consent event. Their scopes do not overlap."""
    if corrected := granted_scope(rules, rule.corrects):
        withdrawal = ConsentRule(
            rule.consent_event_id, ConsentEventKind.WITHDRAWAL, rule.at, corrected
        )
        rules = (*_rest_under(withdrawal, rules), withdrawal)
    if rule.kind is ConsentEventKind.GRANT and not rule.express:
        stronger = (each.consent_scope for each in rules if _outlasts_unsigned(each, rule.at))
        rule = replace(rule, consent_scope=rule.consent_scope.difference(*stronger))
    new = (replace(rule, corrects=None),) if rule.consent_scope else ()
    return (*_rest_under(rule, rules), *new)


def without_overlaps(rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """Stored rules by today's vocabulary: if several refusals or withdrawals cover a new word, the last one decides."""
    trimmed, later = list[ConsentRule](), frozenset[ScopeItem]()
    for rule in reversed(rules):
        trimmed.append(replace(rule, consent_scope=rule.consent_scope - later))
        later |= rule.consent_scope
    return tuple(reversed(trimmed))


def _rest_under(rule: ConsentRule, rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """What earlier rules still decide after a later rule."""
    rest, later = list[ConsentRule](), [rule]
    for earlier in reversed(rules):
        trimmed = replace(earlier, consent_scope=earlier.consent_scope - rule.consent_scope)
        if trimmed.consent_scope or _covers_future_words(trimmed, later):
            rest.append(trimmed)
            later.append(trimmed)
    return tuple(reversed(rest))


def _covers_future_words(rule: ConsentRule, later: Sequence[ConsentRule]) -> bool:
    """Whether a rule with an empty scope is stored because it covers words that the vocabulary may gain.

    INVARIANT: each stored refusal or withdrawal is the last one on some pair of a use and a node.
    So there are at most as many of them as there are pairs.
    """
    if rule.wording is None or not rule.wording.is_open:
        return False
    wordings = [later_rule.wording for later_rule in later if later_rule.wording]
    return not all(
        any(wording.covers(*pair) for wording in wordings) for pair in rule.wording.pairs
    )


def _outlasts_unsigned(rule: ConsentRule, at: datetime) -> bool:
    """Whether an unsigned grant at this time leaves the rule as it is."""
    if rule.kind is not ConsentEventKind.GRANT:
        return True
    return rule.express and (rule.until is None or at < rule.until)

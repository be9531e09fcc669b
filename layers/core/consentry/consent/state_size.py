"""Bounds what is stored of a party's consent, whatever number of events it has.

Consent rules are bounded by the vocabulary: an event that no longer decides a use of a category leaves no rule.
Many different events on single uses and categories can still make a large state. Then rules are merged. A merged
state gives each use and category the status that it had. It is stricter only for what comes later:

1. Of each run of grants, only the first time and the last ones are stored. A later material change then leaves
   less collected data covered.
2. All refusals become one, and all withdrawals become one. They stop late grants that were done before the latest
   of them, and they cover everything that the vocabulary gains later.

A refusal or withdrawal is always stored. A grant that would still exceed the limit is rejected.
"""

import zlib
from dataclasses import replace
from typing import Final

from consentry.consent.consent_event import ALL, ConsentEventKind
from consentry.consent.consent_scope import ScopeWording
from consentry.consent.rule_codec import MAX_TEXT, encode_text
from consentry.consent.rules import ConsentRule, latest_denial, scope_of, shorten_run
from consentry.kernel.errors import OversizedConsentError

MAX_RULES_BYTES = 56 * 1024
"""Encoded rules above this are merged. A refusal may add two merged rules to it: the item stays below 64 KB."""

SHORT_RUN = 4
"""How many times of a run of grants are stored in a state that was too large."""

_EVERYTHING: Final = ScopeWording(ALL, ALL)


def fit_rules(
    rules: tuple[ConsentRule, ...], last: ConsentEventKind, *, max_bytes: int = MAX_RULES_BYTES
) -> tuple[ConsentRule, ...]:
    """The rules after an event of the kind `last`, merged if they would be too large.

    OversizedConsentError if they still are and the event is a grant.
    """
    if _fits(rules, max_bytes):
        return rules
    rules = tuple(shorten_run(rule, SHORT_RUN) for rule in rules)
    if _fits(rules, max_bytes):
        return rules
    rules = _with_merged_denials(rules)
    # INVARIANT: a refusal or withdrawal is never rejected. It adds no grant, so the grants are as small as before.
    if last is ConsentEventKind.GRANT and not _fits(rules, max_bytes):
        raise OversizedConsentError
    return rules


def _fits(rules: tuple[ConsentRule, ...], max_bytes: int) -> bool:
    # INVARIANT: what is stored can be read again. Equal runs of many rules compress to almost nothing.
    text = encode_text(rules)
    return len(text) < MAX_TEXT and len(zlib.compress(text)) <= max_bytes


def _with_merged_denials(rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    grants = [rule for rule in rules if rule.kind is ConsentEventKind.GRANT]
    merged = list[ConsentRule]()
    for kind in (ConsentEventKind.REFUSAL, ConsentEventKind.WITHDRAWAL):
        if denials := [rule for rule in rules if rule.kind is kind]:
            merged.append(replace(latest_denial(denials), consent_scope=scope_of(denials)))
    if not merged:
        return rules
    # The last rule decides what the vocabulary gains later, so only this one has a wording.
    *others, last = merged
    others = [replace(rule, wording=None) for rule in others if rule.consent_scope]
    return (*grants, *others, replace(last, wording=_EVERYTHING))

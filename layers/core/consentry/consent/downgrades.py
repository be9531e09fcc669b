"""What an act may take away, from its party's consent and from what was built on it."""

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ScopeItem
from consentry.consent.rules import ConsentRule, granted_scope, rules_after
from consentry.consent.status import PartyState


def withdrawn_scope(state: PartyState, rule: ConsentRule) -> frozenset[ScopeItem]:
    """What an act takes from the grant that it corrects and does not give again."""
    taken = granted_scope(state.rules, rule.corrects)
    later = rules_after(state.rules, rule)
    return taken.difference(*(e.consent_scope for e in later if e.kind is ConsentEventKind.GRANT))


def may_downgrade(state: PartyState, rule: ConsentRule) -> bool:
    """Whether the act could turn an allow into a denial; then it must bump the customer's epoch.

    A refusal or withdrawal may; so may a grant that corrects an act, that ends (an ended one is less than none), or
    that replaces one (by a shorter or unsigned one).
    """
    if rule.kind is not ConsentEventKind.GRANT or rule.until is not None or rule.corrects:
        return True
    return any(
        e.kind is ConsentEventKind.GRANT and e.consent_scope & rule.consent_scope
        for e in state.rules
    )

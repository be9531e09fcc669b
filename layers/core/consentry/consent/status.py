"""The consent state of one party: its consent events result in one status for each use and data category."""

from dataclasses import dataclass, replace
from datetime import datetime

from consentry.consent.consent_event import (
    ConsentEventContent,
    ConsentEventKind,
    Signature,
    every_use,
)
from consentry.consent.consent_scope import ConsentScope, ScopeWording, consent_scope_of
from consentry.consent.covers_collected import FROM_GRANT
from consentry.consent.forms import Form, FormReference
from consentry.consent.preconditions import DOWNGRADE_WINDOW
from consentry.consent.rules import ConsentRule, granted_scope, rules_after
from consentry.consent.rules import may_downgrade as rules_may_downgrade
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    Operation,
    Service,
    vocabulary,
)
from consentry.terms.assignment import AssignedPolicies


@dataclass(frozen=True, slots=True)
class PartyState:
    """The version of a party's consent, which grows by one with each event, and its consent rules.

    Version 0: the party has no consent events. Version None: the state could not be read. `closed`: the person
    with this pseudonym was erased or is being erased; no event can follow.
    """

    version: int | None = 0
    rules: tuple[ConsentRule, ...] = ()
    closed: bool = False

    def rule_for(self, use: Use, leaf: DataCategory) -> ConsentRule | None:
        """The rule that decides this use of this category; None if no event covers it."""
        item = (use.operation, use.service, leaf)
        return next((rule for rule in self.rules if item in rule.consent_scope), None)

    def status(
        self,
        use: Use,
        leaf: DataCategory,
        *,
        at: datetime,
        invalidated_before: datetime | None = None,
    ) -> ConsentStatus:
        """The party's consent status for this use of this category at a time.

        `invalidated_before`: the time of the last material change of the terms for this use. A grant from before
        it is `invalidated`, signed or not. No stored item changes.
        """
        if self.version is None:
            return ConsentStatus.UNREADABLE
        if self.closed:
            return ConsentStatus.WITHDRAWN
        rule = self.rule_for(use, leaf)
        return ConsentStatus.NEVER_ASKED if rule is None else rule.status(at, invalidated_before)


UNREADABLE_STATE = PartyState(version=None)
"""Returned if the state of a party could not be read: `unreadable` for every use."""

CLOSED = PartyState(10**15, closed=True)
"""The state of a person during an erasure. Its version is above all others, so it does not reveal their number."""

EMPTIED = replace(CLOSED, version=10**15 + 1)
"""The state under a retired pseudonym. Every precondition on an earlier version fails against it."""


def build_rule(
    consent_event: ConsentEventContent,
    form: Form | FormReference | None,
    *,
    at: datetime,
    leaves: tuple[DataCategory, ...] | None = None,
) -> ConsentRule:
    """The rule of a consent event, recorded at a time, on its registered form (None if it names none).

    `leaves`: the leaves under the nodes of a grant when it was recorded; today's leaves by default.
    """
    is_grant = consent_event.kind is ConsentEventKind.GRANT
    express = is_grant and form is not None and consent_event.signature is not Signature.NONE
    return ConsentRule(
        consent_event_id=consent_event.consent_event_id,
        kind=consent_event.kind,
        at=at,
        express=express,
        covers_collected=form.covers_collected if express and form else FROM_GRANT,
        until=consent_event.until,
        consent_scope=consent_scope_of(
            consent_event.covered_uses, leaves or consent_event.covered_leaves
        ),
        wording=None if is_grant else _wording(consent_event),
        corrects=consent_event.corrects,
        done_at=consent_event.done_at,
    )


def _wording(consent_event: ConsentEventContent) -> ScopeWording:
    """The uses and data as the event names them, each once."""
    uses, data = consent_event.uses, consent_event.data
    return ScopeWording(
        uses if isinstance(uses, str) else tuple(dict.fromkeys(uses)),
        data if isinstance(data, str) else tuple(dict.fromkeys(data)),
    )


def state_after(state: PartyState, rule: ConsentRule) -> PartyState:
    """The state after a consent event: its rule decides its whole scope, earlier rules decide the rest.

    A refusal or withdrawal always takes effect. A grant takes effect unless it was made before a known refusal or
    withdrawal, or a known grant: `done_at` decides, or else the receipt. An unsigned grant does not undo a refusal,
    a withdrawal, or a signed grant that has not ended. A correction first withdraws what is left of the grant that
    it corrects.
    """
    if state.version is None:
        raise ValueError("no event can follow a state that could not be read")
    if state.closed:
        raise ValueError("no event can follow a closed state")
    return replace(state, version=state.version + 1, rules=rules_after(state.rules, rule))


def withdrawn_scope(state: PartyState, rule: ConsentRule) -> ConsentScope:
    """What an event takes from the grant that it corrects, and does not grant again."""
    corrected = granted_scope(state.rules, rule.corrects)
    later = rules_after(state.rules, rule)
    grants = (each.consent_scope for each in later if each.kind is ConsentEventKind.GRANT)
    return corrected.difference(*grants)


def may_downgrade(
    before: PartyState, after: PartyState, *, at: datetime, changed_at: datetime | None = None
) -> bool:
    """Whether an event that was received at a time could turn an allow into a denial while the allow lasts.

    Then it must increment an epoch of the customer. A first grant does so only if it ends, or is invalidated, within
    DOWNGRADE_WINDOW. So does a grant that is shorter than the one it replaces, is unsigned, or covers less collected
    data. `changed_at`: the last material change of any terms until the end of the window.
    """
    rules = {item: rule for rule in before.rules for item in rule.consent_scope}
    replaced = ((rules.get(item), rule) for rule in after.rules for item in rule.consent_scope)
    pairs = {(id(earlier), id(rule)): (earlier, rule) for earlier, rule in replaced}
    within = at, at + DOWNGRADE_WINDOW
    return any(
        rules_may_downgrade(earlier, rule, within=within, changed_at=changed_at)
        for earlier, rule in pairs.values()
        if earlier is not rule
    )


@dataclass(frozen=True, slots=True)
class UseStatus:
    """A party's consent status for one use, and the data that it covers."""

    operation: Operation
    service: Service
    status: ConsentStatus
    data: tuple[DataCategory, ...]


def summarize_statuses(
    state: PartyState, policies: AssignedPolicies, *, at: datetime
) -> tuple[UseStatus, ...]:
    """The status of every use and category that a consent event covers; of everything if the state is closed."""
    groups: dict[tuple[Operation, Service, ConsentStatus], list[DataCategory]] = {}
    for use in every_use():
        invalidated = policies.invalidated_before(use.operation, use.service, at=at)
        for leaf in vocabulary().leaves:
            if state.closed or state.rule_for(use, leaf) is not None:
                status = state.status(use, leaf, at=at, invalidated_before=invalidated)
                groups.setdefault((use.operation, use.service, status), []).append(leaf)
    return tuple(UseStatus(*key, tuple(data)) for key, data in groups.items())

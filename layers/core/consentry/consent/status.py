"""What the acts of one party come to: one standing for each use and data category."""

from dataclasses import dataclass, replace
from datetime import datetime

from consentry.consent.consent_event import ConsentEventContent, ConsentEventKind, Signature
from consentry.consent.consent_scope import ScopeWording, consent_scope_of
from consentry.consent.forms import Form, FormReference
from consentry.consent.rules import ConsentRule, rules_after
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, DataCategory


@dataclass(frozen=True, slots=True)
class PartyState:
    """One party's consent: a version that grows by one with each act, and the effects in force.

    Version 0 is a party that never acted; version None is one whose state could not be read. `closed`: the
    person behind this name was erased, or is being erased; no act follows.
    """

    version: int | None = 0
    rules: tuple[ConsentRule, ...] = ()
    closed: bool = False

    def rule_for(self, use: Use, leaf: DataCategory) -> ConsentRule | None:
        """The effect that rules this use of this category, if any act spoke of it."""
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
        """The party's standing on this use of this category at a moment.

        `outdated_before`: when the terms last changed materially for this use; a grant from before it is outdated,
        signed or not, and one from then on is fresh. Nothing that is stored changes.
        """
        if self.version is None:
            return ConsentStatus.UNREADABLE
        if self.closed:
            return ConsentStatus.WITHDRAWN
        rule = self.rule_for(use, leaf)
        return ConsentStatus.NEVER_ASKED if rule is None else rule.status(at, invalidated_before)


UNREADABLE_STATE = PartyState(version=None)
"""The state of a party whose state could not be read: `unreadable` for every use."""

CLOSED = PartyState(10**15, closed=True)
"""The state of a person who is being erased. Its version is above any that acts make, and tells nobody how many."""

EMPTIED = replace(CLOSED, version=10**15 + 1)
"""The state under a name that is nobody's any more; no fence on what was read before holds against it."""


def build_rule(
    consent_event: ConsentEventContent,
    form: Form | FormReference | None,
    *,
    at: datetime,
    leaves: tuple[DataCategory, ...] | None = None,
) -> ConsentRule:
    """The effect of an act done at a moment, on the registered form that it names (None if it names none).

    `leaves`: what the data of a grant stood for when it was done; today's leaves if they are left out.
    """
    gives = consent_event.kind is ConsentEventKind.GRANT
    return ConsentRule(
        consent_event_id=consent_event.consent_event_id,
        kind=consent_event.kind,
        at=at,
        express=gives and form is not None and consent_event.signature is not Signature.NONE,
        covers_collected=gives and form is not None and form.covers_collected,
        until=consent_event.until,
        consent_scope=consent_scope_of(
            consent_event.covered_uses, leaves or consent_event.covered_leaves
        ),
        wording=None if gives else ScopeWording(consent_event.uses, consent_event.data),
        corrects=consent_event.corrects,
    )


def after(state: PartyState, rule: ConsentRule) -> PartyState:
    """The state once the act is done: it rules all its cells, earlier acts keep the rest.

    Order is by version, not by clock: the later act to be written wins. But assent without an express act undoes
    neither what a party refused or withdrew, nor a signed grant that has not ended. What corrects a grant first
    withdraws what that still gives.
    """
    if state.version is None:
        raise ValueError("a state that could not be read cannot be followed by an act")
    if state.closed:
        raise ValueError("a closed state cannot be followed by an act")
    return replace(state, version=state.version + 1, rules=rules_after(state.rules, rule))

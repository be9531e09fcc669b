"""A party's events replayed, and the outcome history of one event: what it did, and what changed it since."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ConsentScope, ScopeItem
from consentry.consent.rules import ConsentRule
from consentry.consent.status import PartyState, state_after
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.vocabulary import ConsentStatus, Operation, Service

type InvalidatedBefore = Callable[[Operation, Service], datetime | None]


def events_until(
    records: tuple[StoredConsentEvent, ...], at: datetime
) -> tuple[StoredConsentEvent, ...]:
    """The events, oldest first, up to the last one that was recorded at the time or before.

    Order is by version, not by clock. If clocks disagree, an event counts as soon as a later version counts, so the
    result is always a state that the party was in.
    """
    count = max((number for number, record in enumerate(records, 1) if record.at <= at), default=0)
    return records[:count]


def replay(records: Sequence[StoredConsentEvent]) -> PartyState:
    """The state after these events, oldest first.

    It equals the state that was stored with the last of them, unless that one was merged (state_size.py).
    """
    state = PartyState(records[0].version - 1 if records else 0)
    for record in records:
        state = state_after(state, record.rule)
    return state


class ConsentOutcome(StrEnum):
    """What happens to the consent for a use of data: by an event, by time, or by a change of terms."""

    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    """Withdrawn by an event that corrects the grant and does not grant it again."""
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    WITHOUT_EFFECT = "without_effect"
    """A grant that changes nothing.

    It is unsigned, and the party refused, withdrew or signed before; or it was made before a refusal,
    withdrawal or grant that was recorded earlier.
    """

    @property
    def is_given(self) -> bool:
        """Whether the consent is in force after it."""
        return self in (ConsentOutcome.GIVEN, ConsentOutcome.RENEWED)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An outcome, its time, and its event (for an expired or invalidated grant, the grant)."""

    outcome: ConsentOutcome
    at: datetime
    record: StoredConsentEvent


type OutcomeHistory = Mapping[tuple[HistoryEntry, ...], ConsentScope]
"""Chains of entries, each with its scope. The first entry is of the event itself; the last one is in force."""

_DENIALS = {
    ConsentEventKind.REFUSAL: ConsentOutcome.REFUSED,
    ConsentEventKind.WITHDRAWAL: ConsentOutcome.WITHDRAWN,
}


def build_outcome_history(
    record: StoredConsentEvent,
    consent_events: Sequence[StoredConsentEvent],
    *,
    at: datetime,
    invalidated_before: InvalidatedBefore,
) -> OutcomeHistory:
    """The outcome history of one event; `consent_events`: all events of its party until `at`, oldest first.

    Of later events, only the one that decides now is included. What the event took from a grant that it corrects is
    part of its history.
    """
    event_id = record.consent_event.consent_event_id
    until_event = [event for event in consent_events if event.version <= record.version]
    then, now = _rule_by_item(replay(until_event)), _rule_by_item(replay(consent_events))
    records = {event.consent_event.consent_event_id: event for event in consent_events}
    decided = {item for item, rule in then.items() if rule.consent_event_id == event_id}
    scopes: dict[tuple[HistoryEntry, ...], set[ScopeItem]] = {}
    for item in sorted(record.rule.consent_scope | decided):
        rule_then, rule_now = then[item], now[item]
        by = records[rule_now.consent_event_id]
        first = _outcome(rule_then, record) if item in decided else ConsentOutcome.WITHOUT_EFFECT
        chain = [HistoryEntry(first, record.at, record)]
        # After an event without effect, an earlier grant is still in force and is listed; an earlier denial is not.
        if rule_now.consent_event_id != rule_then.consent_event_id or (
            item not in decided and rule_now.kind is ConsentEventKind.GRANT
        ):
            replaced = rule_then if item in decided else None
            chain.append(HistoryEntry(_outcome(rule_now, by, after=replaced), by.at, by))
        if item in decided or len(chain) > 1:
            invalidated = invalidated_before(item[0], item[1])
            chain.extend(_end(rule_now, by, at=at, invalidated_before=invalidated))
        scopes.setdefault(tuple(chain), set()).add(item)
    return {chain: frozenset(scope) for chain, scope in scopes.items()}


def _rule_by_item(state: PartyState) -> dict[ScopeItem, ConsentRule]:
    return {item: rule for rule in state.rules for item in rule.consent_scope}


def _outcome(
    rule: ConsentRule, by: StoredConsentEvent, after: ConsentRule | None = None
) -> ConsentOutcome:
    """The outcome of an event for the scope of one of its rules; `after` is the rule that it replaced."""
    if rule.kind is not ConsentEventKind.GRANT:
        same_kind = rule.kind is by.consent_event.kind
        return _DENIALS[rule.kind] if same_kind else ConsentOutcome.CORRECTED
    renews = after is not None and after.kind is ConsentEventKind.GRANT
    return ConsentOutcome.RENEWED if renews else ConsentOutcome.GIVEN


def _end(
    rule: ConsentRule, by: StoredConsentEvent, *, at: datetime, invalidated_before: datetime | None
) -> Iterator[HistoryEntry]:
    """The entry of a grant that has ended by time or by a change of terms."""
    status = rule.status(at, invalidated_before)
    if status is ConsentStatus.EXPIRED and rule.until:
        yield HistoryEntry(ConsentOutcome.EXPIRED, rule.until, by)
    elif status is ConsentStatus.INVALIDATED and invalidated_before:
        yield HistoryEntry(ConsentOutcome.INVALIDATED, invalidated_before, by)

"""What became of an act: what it did when it was done, and what has happened since to what it speaks of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ScopeItem
from consentry.consent.replay import replay
from consentry.consent.rules import ConsentRule
from consentry.consent.status import PartyState
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.vocabulary import ConsentStatus, Operation, Service

type InvalidatedBefore = Callable[[Operation, Service], datetime | None]


class ConsentOutcome(StrEnum):
    """What can happen to a use of data, by an act, by time, or by a change of terms."""

    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    """Taken back by an act that corrects the grant, and not given again by it."""
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    WITHOUT_EFFECT = "without_effect"
    """Assent without an express act, to what the party had refused, withdrawn or signed for: it changes nothing."""

    @property
    def is_given(self) -> bool:
        """Whether consent stands after it."""
        return self in (ConsentOutcome.GIVEN, ConsentOutcome.RENEWED)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What happened, when, and by which act (of what expired or was outdated, the grant that ended)."""

    outcome: ConsentOutcome
    at: datetime
    record: StoredConsentEvent


type OutcomeHistory = Mapping[tuple[HistoryEntry, ...], frozenset[ScopeItem]]
"""Chains of events, each with all that it happened to: the first event is the act's, the last one holds."""

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
    """The course of one of a party's acts (`acts`: all until this moment, oldest first, the act among them).

    What other acts did in between is left out: of others, the course holds the one that rules now. What an act took
    from a grant that it corrects is of its course, too.
    """
    then = _rulings(replay([each for each in consent_events if each.version <= record.version]))
    now, records = (
        _rulings(replay(consent_events)),
        {each.consent_event.consent_event_id: each for each in consent_events},
    )
    mine = {
        item
        for item, rule in then.items()
        if rule.consent_event_id == record.consent_event.consent_event_id
    }
    outcome_history: dict[tuple[HistoryEntry, ...], set[ScopeItem]] = {}
    for item in sorted(record.rule.consent_scope | mine):
        ruled, rules = then[item], now[item]
        by = records[rules.consent_event_id]
        happened = _done(ruled, record) if item in mine else ConsentOutcome.WITHOUT_EFFECT
        chain = [HistoryEntry(happened, record.at, record)]
        # What was signed for before goes on ruling after assent; what was refused before needs no telling.
        if rules.consent_event_id != ruled.consent_event_id or (
            item not in mine and rules.kind is ConsentEventKind.GRANT
        ):
            chain.append(
                HistoryEntry(_done(rules, by, after=ruled if item in mine else None), by.at, by)
            )
        if item in mine or len(chain) > 1:
            invalidated = invalidated_before(item[0], item[1])
            chain.extend(_ended(rules, by, at=at, invalidated_before=invalidated))
        outcome_history.setdefault(tuple(chain), set()).add(item)
    return {chain: frozenset(consent_scope) for chain, consent_scope in outcome_history.items()}


def _rulings(state: PartyState) -> dict[ScopeItem, ConsentRule]:
    return {item: rule for rule in state.rules for item in rule.consent_scope}


def _done(
    rule: ConsentRule, by: StoredConsentEvent, after: ConsentRule | None = None
) -> ConsentOutcome:
    """What an act did to what this effect of it rules."""
    if rule.kind is not ConsentEventKind.GRANT:
        return (
            _DENIALS[rule.kind] if rule.kind is by.consent_event.kind else ConsentOutcome.CORRECTED
        )
    renews = after is not None and after.kind is ConsentEventKind.GRANT
    return ConsentOutcome.RENEWED if renews else ConsentOutcome.GIVEN


def _ended(
    rule: ConsentRule, by: StoredConsentEvent, *, at: datetime, invalidated_before: datetime | None
) -> Iterator[HistoryEntry]:
    """That a grant is over by time or by a change of terms, if it is."""
    status = rule.status(at, invalidated_before)
    if status is ConsentStatus.EXPIRED and rule.until:
        yield HistoryEntry(ConsentOutcome.EXPIRED, rule.until, by)
    elif status is ConsentStatus.INVALIDATED and invalidated_before:
        yield HistoryEntry(ConsentOutcome.INVALIDATED, invalidated_before, by)

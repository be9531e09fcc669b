"""Encodes the consent rules of a party as the text of one DynamoDB attribute."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ScopeWording, by_data
from consentry.consent.covers_collected import CoversCollected
from consentry.consent.rules import ConsentRule, without_overlaps
from consentry.kernel.schema import CategoryNode, ServiceId
from consentry.kernel.vocabulary import Operation

type Block = tuple[tuple[tuple[Operation, ServiceId], ...], tuple[CategoryNode, ...]]
"""Uses that have the same data, and that data. A word that the vocabulary lacks makes the state unreadable."""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A consent rule as stored. A grant stores its scope as blocks.

    A refusal or withdrawal stores its wording, so that it covers words that the vocabulary gains later; `blocks` is
    then what later events took from it.
    """

    consent_event: str
    kind: ConsentEventKind
    at: datetime
    express: bool
    covers_collected: CoversCollected
    until: datetime | None
    done_at: datetime | None
    denied_at: datetime | None
    denied_ahead: datetime | None
    run: tuple[datetime, ...]
    wording: ScopeWording | None
    blocks: tuple[Block, ...]


def encode_rules(rules: tuple[ConsentRule, ...]) -> str:
    """The rules as a JSON list."""
    return _codec().dump_json(tuple(map(_stored, rules))).decode("utf-8")


def decode_rules(text: str) -> tuple[ConsentRule, ...]:
    """The rules that `encode_rules` wrote, by today's vocabulary."""
    return without_overlaps(tuple(map(_loaded, _codec().validate_json(text))))


def _stored(rule: ConsentRule) -> StoredRule:
    wording, scope = rule.wording, rule.consent_scope
    blocks = by_data(wording.consent_scope - scope if wording else scope)
    return StoredRule(
        rule.consent_event_id,
        rule.kind,
        rule.at,
        rule.express,
        rule.covers_collected,
        rule.until,
        rule.done_at,
        rule.denied_at,
        rule.denied_ahead,
        rule.run,
        wording,
        tuple((tuple((use.operation, use.service) for use in uses), data) for uses, data in blocks),
    )


def _loaded(stored: StoredRule) -> ConsentRule:
    scope = frozenset(
        (operation, service, leaf)
        for uses, leaves in stored.blocks
        for operation, service in uses
        for leaf in leaves
    )
    return ConsentRule(
        stored.consent_event,
        stored.kind,
        stored.at,
        stored.wording.consent_scope - scope if stored.wording else scope,
        stored.express,
        stored.covers_collected,
        stored.until,
        stored.wording,
        done_at=stored.done_at,
        denied_at=stored.denied_at,
        denied_ahead=stored.denied_ahead,
        run=stored.run,
    )


@cache
def _codec() -> TypeAdapter[tuple[StoredRule, ...]]:
    return TypeAdapter(tuple[StoredRule, ...])

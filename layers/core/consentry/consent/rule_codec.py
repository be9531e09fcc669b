"""Encodes the consent rules of a party as the bytes of one DynamoDB attribute."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.consent_scope import ScopeWording, by_data
from consentry.consent.covers_collected import FROM_GRANT, CoversCollected
from consentry.consent.rules import ConsentRule, without_overlaps
from consentry.kernel.errors import UnavailableError
from consentry.kernel.schema import CategoryNode, ServiceId
from consentry.kernel.vocabulary import Operation

MAX_TEXT = 4 * 1024 * 1024
"""Bytes of JSON in the largest state that is read. A state of 64 KB holds some hundred KB of JSON."""

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
    express: bool = False
    covers_collected: CoversCollected = FROM_GRANT
    until: datetime | None = None
    done_at: datetime | None = None
    denied_at: datetime | None = None
    denied_ahead: datetime | None = None
    run: tuple[datetime, ...] = ()
    wording: ScopeWording | None = None
    blocks: tuple[Block, ...] = ()


def encode_rules(rules: tuple[ConsentRule, ...]) -> bytes:
    """The rules as a JSON list without defaults, compressed by zlib (RFC 1950)."""
    return zlib.compress(encode_text(rules))


def encode_text(rules: tuple[ConsentRule, ...]) -> bytes:
    """The rules before compression. `decode_rules` reads less than MAX_TEXT bytes of it."""
    return _codec().dump_json(tuple(map(_stored, rules)), exclude_defaults=True)


def decode_rules(stored: bytes | str) -> tuple[ConsentRule, ...]:
    """The rules that `encode_rules` wrote, by today's vocabulary. Text is a list that was stored uncompressed.

    UnavailableError if the bytes are damaged.
    """
    text = _decompressed(stored) if isinstance(stored, bytes) else stored
    return without_overlaps(tuple(map(_loaded, _codec().validate_json(text))))


def _decompressed(stored: bytes) -> bytes:
    decompressor = zlib.decompressobj()
    try:
        text = decompressor.decompress(stored, MAX_TEXT)
    except zlib.error:
        raise UnavailableError("stored consent rules are damaged") from None
    if not decompressor.eof:
        raise UnavailableError("stored consent rules are damaged")
    return text


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

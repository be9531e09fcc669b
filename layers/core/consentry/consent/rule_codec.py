"""A party's effects as the text of one DynamoDB attribute, and back."""

import json
from datetime import datetime
from typing import Any

from consentry.consent.consent_event import ALL, ConsentEventKind
from consentry.consent.consent_scope import ScopeItem, ScopeWording
from consentry.consent.rules import ConsentRule, without_overlaps
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory, Operation, Service


def encode_rules(rules: tuple[ConsentRule, ...]) -> str:
    """One JSON list, an object an effect: what a grant gives as blocks of uses that share the same data.

    A refusal or withdrawal is kept as it was said, `all` as `all`, and read as what that means then.
    """
    return json.dumps([_encode(rule) for rule in rules], separators=(",", ":"))


def decode_rules(text: str) -> tuple[ConsentRule, ...]:
    """The effects of an attribute that `encode_effects` made."""
    return without_overlaps(tuple(_decode(document) for document in json.loads(text)))


def _encode(rule: ConsentRule) -> dict[str, Any]:
    covers = (
        _spoken(rule.wording, rule)
        if rule.wording
        else {"consent_scope": _blocks(rule.consent_scope)}
    )
    return covers | {
        "consent_event": rule.consent_event_id,
        "kind": rule.kind,
        "at": rule.at.isoformat(),
        "express": rule.express,
        "covers_collected": rule.covers_collected,
        "until": rule.until.isoformat() if rule.until else None,
    }


def _decode(document: dict[str, Any]) -> ConsentRule:
    wording = _spoken_in(document)
    return ConsentRule(
        consent_event_id=document["consent_event"],
        kind=ConsentEventKind(document["kind"]),
        at=datetime.fromisoformat(document["at"]),
        express=document["express"],
        covers_collected=document["covers_collected"],
        until=datetime.fromisoformat(document["until"]) if document["until"] else None,
        consent_scope=wording.consent_scope - _cells(document["except"])
        if wording
        else _cells(document["consent_scope"]),
        wording=wording,
    )


def _spoken(wording: ScopeWording, rule: ConsentRule) -> dict[str, Any]:
    """What a denial said, and what later acts took from it: of a word that is new, they took nothing."""
    uses = wording.uses
    said = uses if isinstance(uses, str) else [f"{u.operation}/{u.service}" for u in uses]
    return {
        "wording": [said, wording.data],
        "except": _blocks(wording.consent_scope - rule.consent_scope),
    }


def _spoken_in(document: dict[str, Any]) -> ScopeWording | None:
    if "wording" not in document:
        return None
    uses, data = document["wording"]
    named = [use.split("/") for use in uses] if uses != ALL else []
    return ScopeWording(
        uses=tuple(Use.read({"operation": o, "service": s}) for o, s in named) or "all",
        data=tuple(data) if data != ALL else "all",
    )


def _cells(blocks: list[list[list[str]]]) -> frozenset[ScopeItem]:
    return frozenset(
        (Operation(operation), Service(service), DataCategory(leaf))
        for uses, leaves in blocks
        for operation, service in (use.split("/") for use in uses)
        for leaf in leaves
    )


def _blocks(consent_scope: frozenset[ScopeItem]) -> list[list[list[str]]]:
    data: dict[str, list[str]] = {}
    for operation, service, leaf in sorted(consent_scope):
        data.setdefault(f"{operation}/{service}", []).append(leaf)
    blocks: dict[tuple[str, ...], list[str]] = {}
    for use, leaves in data.items():
        blocks.setdefault(tuple(leaves), []).append(use)
    return [[uses, list(leaves)] for leaves, uses in blocks.items()]

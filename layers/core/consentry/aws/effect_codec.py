"""A party's effects as the text of one DynamoDB attribute, and back."""

import json
from datetime import datetime
from typing import Any

from consentry.domain.consent.acts import ActKind
from consentry.domain.consent.standings import Cell, Effect
from consentry.domain.vocabulary import DataCategory, Operation, Service


def encode_effects(effects: tuple[Effect, ...]) -> str:
    """One JSON list, an object an effect; its cells as blocks of uses that share the same data."""
    return json.dumps([_encode(effect) for effect in effects], separators=(",", ":"))


def decode_effects(text: str) -> tuple[Effect, ...]:
    """The effects of an attribute that `encode_effects` made."""
    return tuple(_decode(document) for document in json.loads(text))


def _encode(effect: Effect) -> dict[str, Any]:
    return {
        "act": effect.act_id,
        "kind": effect.kind,
        "at": effect.at.isoformat(),
        "express": effect.express,
        "covers_earlier": effect.covers_earlier,
        "until": effect.until.isoformat() if effect.until else None,
        "covers": _blocks(effect.cells),
    }


def _decode(document: dict[str, Any]) -> Effect:
    return Effect(
        act_id=document["act"],
        kind=ActKind(document["kind"]),
        at=datetime.fromisoformat(document["at"]),
        express=document["express"],
        covers_earlier=document["covers_earlier"],
        until=datetime.fromisoformat(document["until"]) if document["until"] else None,
        cells=frozenset(
            (Operation(operation), Service(service), DataCategory(leaf))
            for uses, leaves in document["covers"]
            for operation, service in (use.split("/") for use in uses)
            for leaf in leaves
        ),
    )


def _blocks(cells: frozenset[Cell]) -> list[list[list[str]]]:
    data: dict[str, list[str]] = {}
    for operation, service, leaf in sorted(cells):
        data.setdefault(f"{operation}/{service}", []).append(leaf)
    blocks: dict[tuple[str, ...], list[str]] = {}
    for use, leaves in data.items():
        blocks.setdefault(tuple(leaves), []).append(use)
    return [[uses, list(leaves)] for leaves, uses in blocks.items()]

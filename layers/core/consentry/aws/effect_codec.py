"""A party's effects as the text of one DynamoDB attribute, and back."""

import json
from datetime import datetime
from typing import Any

from consentry.domain.consent.acts import ALL, ActKind
from consentry.domain.consent.cells import Cell, Spoken
from consentry.domain.consent.effects import Effect, read_in
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory, Operation, Service


def encode_effects(effects: tuple[Effect, ...]) -> str:
    """One JSON list, an object an effect: what a grant gives as blocks of uses that share the same data.

    A refusal or withdrawal is kept as it was said, `all` as `all`, and read as what that means then.
    """
    return json.dumps([_encode(effect) for effect in effects], separators=(",", ":"))


def decode_effects(text: str) -> tuple[Effect, ...]:
    """The effects of an attribute that `encode_effects` made."""
    return read_in(tuple(_decode(document) for document in json.loads(text)))


def _encode(effect: Effect) -> dict[str, Any]:
    covers = _spoken(effect.spoken, effect) if effect.spoken else {"covers": _blocks(effect.cells)}
    return covers | {
        "act": effect.act_id,
        "kind": effect.kind,
        "at": effect.at.isoformat(),
        "express": effect.express,
        "covers_earlier": effect.covers_earlier,
        "until": effect.until.isoformat() if effect.until else None,
    }


def _decode(document: dict[str, Any]) -> Effect:
    spoken = _spoken_in(document)
    return Effect(
        act_id=document["act"],
        kind=ActKind(document["kind"]),
        at=datetime.fromisoformat(document["at"]),
        express=document["express"],
        covers_earlier=document["covers_earlier"],
        until=datetime.fromisoformat(document["until"]) if document["until"] else None,
        cells=spoken.cells - _cells(document["but"]) if spoken else _cells(document["covers"]),
        spoken=spoken,
    )


def _spoken(spoken: Spoken, effect: Effect) -> dict[str, Any]:
    """What a denial said, and what later acts took from it: of a word that is new, they took nothing."""
    uses = spoken.uses
    said = uses if isinstance(uses, str) else [f"{u.operation}/{u.service}" for u in uses]
    return {"says": [said, spoken.data], "but": _blocks(spoken.cells - effect.cells)}


def _spoken_in(document: dict[str, Any]) -> Spoken | None:
    if "says" not in document:
        return None
    uses, data = document["says"]
    named = [use.split("/") for use in uses] if uses != ALL else []
    return Spoken(
        uses=tuple(Use.read({"operation": o, "service": s}) for o, s in named) or "all",
        data=tuple(data) if data != ALL else "all",
    )


def _cells(blocks: list[list[list[str]]]) -> frozenset[Cell]:
    return frozenset(
        (Operation(operation), Service(service), DataCategory(leaf))
        for uses, leaves in blocks
        for operation, service in (use.split("/") for use in uses)
        for leaf in leaves
    )


def _blocks(cells: frozenset[Cell]) -> list[list[list[str]]]:
    data: dict[str, list[str]] = {}
    for operation, service, leaf in sorted(cells):
        data.setdefault(f"{operation}/{service}", []).append(leaf)
    blocks: dict[tuple[str, ...], list[str]] = {}
    for use, leaves in data.items():
        blocks.setdefault(tuple(leaves), []).append(use)
    return [[uses, list(leaves)] for leaves, uses in blocks.items()]

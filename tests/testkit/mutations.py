"""Random changes of a JSON document: of its values, its fields, and the documents that it holds as text."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

CANARY = "canary-7f3a"
"""Text that a mutation adds: no error, log or message may repeat it."""

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**63, 10**30, "", " ", "*", "null", [], {}, [[]], [None], {"": ""},
    {"S": "x"}, "a" * 300, CANARY, f"{CANARY} \u0085", f"{CANARY}@acme.example", [CANARY], {CANARY: CANARY},
    "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "customer", "all", "\u202e", "%2F..%00", "application/JSON",
)  # fmt: skip

_KEPT = {"requestId", "messageId", "SequenceNumber", "eventID", "correlation_id"}
"""Ids of AWS, which logs and answers repeat."""

type Path = tuple[Any, ...]


def mutated(document: Any, random: Random) -> Any:
    """A copy of the document with one to three changes."""
    copy = json.loads(json.dumps(document))
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        copy = _changed(copy, random)
    return copy


def _changed(document: Any, random: Random) -> Any:
    paths = [path for path in _paths(document) if path and path[-1] not in _KEPT]
    if not paths:
        return document
    path = random.choice(paths)
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    step, value = path[-1], parent[path[-1]]
    if isinstance(value, str) and value[:1] in ("{", "[") and random.random() < 0.9:
        parent[step] = _changed_text(value, random)
        return document
    match random.randrange(6):
        case 0 | 1 | 2:
            parent[step] = json.loads(json.dumps(random.choice(_VALUES)))
        case 3:
            del parent[step]
        case 4 if isinstance(parent, dict):
            parent[random.choice((CANARY, str(step).upper(), f"{step} "))] = json.loads(
                json.dumps(value)
            )
        case 4:
            parent.append(json.loads(json.dumps(value)))
        case _:
            parent[step] = [value] if random.random() < 0.5 else str(value)[: random.randrange(40)]
    return document


def _changed_text(text: str, random: Random) -> str:
    """A document in a text: mostly still JSON, so that its own fields are read."""
    if random.random() < 0.8:
        try:
            return json.dumps(mutated(json.loads(text), random))
        except (ValueError, RecursionError):
            pass
    at = random.randrange(len(text) + 1)
    added = random.choice(("", "\x00", '"', "{" * 40, "1e999", "NaN", "\ud800", CANARY, "9" * 5000))
    return text[:at] + added + text[at + random.randrange(4) :]


def _paths(document: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(document, dict):
        for name in document:
            yield from _paths(document[name], (*path, name))
    elif isinstance(document, list):
        for position, each in enumerate(document):
            yield from _paths(each, (*path, position))

"""Documents with a canary at each place in turn: a word that no door may repeat to anyone."""

import json
from collections.abc import Iterator
from typing import Any

CANARY = "canary"


def with_canaries(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The document with, at each place in turn, a canary that its field does not take."""
    bad = f"{CANARY} \u00e9"
    here = document
    for step in path:
        here = here[step]
    if isinstance(here, dict | list):
        for step in here if isinstance(here, dict) else range(len(here)):
            yield from with_canaries(document, (*path, step))
        if isinstance(here, dict):
            yield ".".join(map(str, path)) + "+", _with(document, (*path, bad), bad)
    if path:
        yield ".".join(map(str, path)), _with(document, path, bad)


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    here = copy
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return copy

"""Documents with a canary in one field after another: a word that no handler may repeat."""

import json
from collections.abc import Iterator
from typing import Any

CANARY = "canary"


def with_canaries(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield the document with a canary in one field after another. No field accepts it."""
    bad = f"{CANARY} \u0085"
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

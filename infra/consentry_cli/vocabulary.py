"""`consentry vocabulary`: the closed words, with their fideslang counterparts."""

from collections.abc import Iterable
from enum import StrEnum
from json import dumps

from cyclopts import App
from rich import print as show
from rich.tree import Tree

from consentry.kernel.vocabulary import (
    FIDESLANG,
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)

app = App(name="vocabulary", help="The closed words, with their fideslang counterparts.")

ENUMERATIONS: dict[str, type[StrEnum]] = {
    "data categories": DataCategory,
    "operations": Operation,
    "services": Service,
    "model owners": ModelOwner,
    "roles": Role,
    "statuses": ConsentStatus,
}
_COUNTERPARTS = {str(word): counterpart for word, counterpart in FIDESLANG.items()}


@app.default
def print_vocabulary(*, json: bool = False) -> None:
    """Print every word, as trees.

    Parameters
    ----------
    json
        As JSON: each enumeration's words to their counterparts (null where there is none).
    """
    if json:
        print(dumps({name: _paired(words) for name, words in ENUMERATIONS.items()}, indent=2))
        return
    for name, words in ENUMERATIONS.items():
        show(_tree(name, words))


def _paired(words: Iterable[str]) -> dict[str, str | None]:
    return {str(word): _COUNTERPARTS.get(word) for word in words}


def _tree(name: str, words: Iterable[str]) -> Tree:
    tree = Tree(f"[bold]{name}[/]")
    branches: dict[str, Tree] = {}
    for word, counterpart in _paired(words).items():
        branch, dot, leaf = word.rpartition(".")
        if dot and branch not in branches:
            branches[branch] = tree.add(branch)
        label = f"{leaf}  [dim]fideslang: {counterpart}[/]" if counterpart else leaf
        branches.get(branch, tree).add(label)
    return tree

"""`consentry vocabulary`: the vocabulary, with its fideslang counterparts."""

from collections.abc import Iterable
from enum import StrEnum
from json import dumps

from cyclopts import App
from rich import print as print_tree
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
from consentry_cli.main import COMMANDS
from consentry_cli.options import AsJson

app = App(name="vocabulary", help=COMMANDS["vocabulary"])

ENUMERATIONS: dict[str, type[StrEnum]] = {
    "data categories": DataCategory,
    "operations": Operation,
    "services": Service,
    "model owners": ModelOwner,
    "roles": Role,
    "statuses": ConsentStatus,
}


@app.default
def print_vocabulary(*, json: AsJson = False) -> None:
    """Print the vocabulary as trees, or as JSON: each word with its counterpart, or null."""
    if json:
        print(dumps({name: _paired(words) for name, words in ENUMERATIONS.items()}, indent=2))
        return
    for name, words in ENUMERATIONS.items():
        print_tree(_tree(name, words))


def _paired(words: Iterable[StrEnum]) -> dict[str, str | None]:
    return {str(word): FIDESLANG.get(word) for word in words}


def _tree(name: str, words: Iterable[StrEnum]) -> Tree:
    tree = Tree(f"[bold]{name}[/]")
    branches: dict[str, Tree] = {}
    for word, counterpart in _paired(words).items():
        branch, dot, leaf = word.rpartition(".")
        if dot and branch not in branches:
            branches[branch] = tree.add(branch)
        label = f"{leaf}  [dim]fideslang: {counterpart}[/]" if counterpart else leaf
        branches.get(branch, tree).add(label)
    return tree

"""`consentry vocabulary`: check the vocabularies, and show the words of one."""

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from json import dumps
from pathlib import Path
from typing import Any

from cyclopts import App
from rich import print as print_tree
from rich.tree import Tree

from consentry.html.labels import number_of
from consentry.kernel.vocabulary import (
    WORD_KINDS,
    ConsentStatus,
    ModelOwner,
    Operation,
    Vocabulary,
    Word,
)
from consentry_cli.defaults import DEFAULTS
from consentry_cli.main import COMMANDS
from consentry_cli.options import AsJson
from consentry_terms.vocabularies import VOCABULARIES, read_versions, read_vocabularies

app = App(name="vocabulary", help=COMMANDS["vocabulary"])

_OF_THE_CODE: dict[str, type[StrEnum]] = {
    "operations": Operation,
    "model_owners": ModelOwner,
    "statuses": ConsentStatus,
}
"""Words that mean something to the code. They are the same in every vocabulary."""


@app.command
def check(directory: Path = VOCABULARIES) -> None:
    """Validate every version of every vocabulary. Writes nothing.

    Parameters
    ----------
    directory
        The directory of vocabularies: a folder for each, with 1.yaml, 2.yaml and so on.
    """
    vocabularies = read_vocabularies(directory)
    for versions in vocabularies.values():
        for version in versions:
            words = version.words
            counts = (
                number_of(len(words.leaves), "data category", "data categories"),
                number_of(len(words.services), "service"),
                number_of(len(words.roles), "role"),
            )
            print(f"{words.name} {words.version}: {', '.join(counts)}, {words.digest}")


@app.command
def show(
    name: str = DEFAULTS["VOCABULARY"],
    *,
    directory: Path = VOCABULARIES,
    json: AsJson = False,
) -> None:
    """Print the last version of a vocabulary, with the counterparts of its words in DPV and fideslang.

    Parameters
    ----------
    name
        The name of the vocabulary, such as `meetings`.
    directory
        The directory of vocabularies.
    """
    words = read_versions(directory / name)[-1].words
    if json:
        print(dumps(_document(words), indent=2))
        return
    for kind in WORD_KINDS:
        print_tree(_tree(kind, getattr(words, kind).values()))
    for kind, enumeration in _OF_THE_CODE.items():
        print_tree(_tree(kind, (Word(word, word, "") for word in enumeration)))


def _document(words: Vocabulary) -> dict[str, Any]:
    of_file = {kind: list(map(asdict, getattr(words, kind).values())) for kind in WORD_KINDS}
    of_code = {kind: list(enumeration) for kind, enumeration in _OF_THE_CODE.items()}
    version = {"name": words.name, "version": words.version, "digest": words.digest}
    return version | of_file | of_code


def _tree(kind: str, words: Iterable[Word]) -> Tree:
    tree = Tree(f"[bold]{kind.replace('_', ' ')}[/]")
    nodes = {"": tree}
    for word in words:
        branch, _, name = word.id.rpartition(".")
        counterparts = ", ".join(each for each in (word.dpv, word.fideslang) if each)
        details = f"  {word.description}" if word.description else ""
        details += f" [dim]({counterparts})[/]" if counterparts else ""
        nodes[word.id] = nodes[branch].add(name + details)
    return tree

"""No word of a vocabulary is in the code: changing data categories, services and roles needs no Python."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry.kernel.vocabulary import WORD_KINDS
from consentry_terms.vocabularies import read_vocabularies
from tests.project.figures import production_files

ROOT = Path(__file__).parents[2]
WORDS = sorted(
    {
        word
        for versions in read_vocabularies().values()
        for kind in WORD_KINDS
        for word in getattr(versions[-1].words, kind)
    }
)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, also the parts of f-strings, without docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield node.lineno, node.value


ALL_STRINGS = [
    (f"{path.relative_to(ROOT)}:{line}", text)
    for path in production_files(ROOT)
    for line, text in strings(path)
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_a_vocabulary_does_not_occur_in_the_code(word: str) -> None:
    """A word that is an ordinary English word, such as `events`, may occur inside a sentence."""
    is_distinctive = bool(re.search(r"[._]", word))
    pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?![\w.])")

    found = [
        f"{position}: {text}"
        for position, text in ALL_STRINGS
        if text == word or (is_distinctive and pattern.search(text))
    ]

    assert found == []


def test_the_strings_of_the_code_are_found() -> None:
    assert len(ALL_STRINGS) > 4_000
    assert any(text == "fine_tune" for _, text in ALL_STRINGS)

"""A clause is cited by the digest of its words, so that the text itself need not be stored here."""

from pathlib import Path

import pytest

from consentry_terms.citations import sentence_digest, sentences
from tests.testkit.command_line import run

WRITTEN = """1. **Use.** You *consent* to\u00a0[all uses](https://example.org/a(b)c).  It is so.

**Data** is what “we” collect."""


def test_a_text_is_split_into_sentences_without_markup() -> None:
    assert sentences(WRITTEN) == [
        "1.",
        "Use.",
        "You consent to all uses.",
        "It is so.",
        "Data is what “we” collect.",
    ]


@pytest.mark.parametrize("same", ["You consent to all uses.", "You **consent**  to\nall uses."])
def test_a_sentence_digest_depends_only_on_the_words(same: str) -> None:
    assert sentence_digest(same) == sentence_digest("You consent to all uses.")
    assert sentence_digest(same) != sentence_digest("You consent to all uses")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("The field user_id is data.", "The field user_id is data."),
        (
            "_Content_ and __all__ of it, snake_case_name.",
            "Content and all of it, snake_case_name.",
        ),
        ("2 * 3 _ 4", "2 * 3 _ 4"),
        ("a*b*c", "abc"),
        (r"\_private and \*starred\*", "_private and *starred*"),
        ("***Both*** of _these_.", "Both of these."),
        ("* An item.", "An item."),
    ],
)
def test_only_marks_of_emphasis_are_dropped(written: str, words: str) -> None:
    assert sentences(written) == [words]


def test_cite_prints_the_sentences_that_contain_the_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.md").write_text(WRITTEN)

    code, output, _ = run(capsys, "terms", "cite", tmp_path / "text.md", "consent", "uses")

    assert code == 0
    sentence = "You consent to all uses."
    assert output == f"{sentence_digest(sentence)}\n  {sentence}\n"


@pytest.mark.parametrize("words", [("text.md", "nowhere"), ("no-text.md",)])
def test_cite_without_a_match_exits_with_1(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.md").write_text(WRITTEN)
    name, *rest = words

    assert run(capsys, "terms", "cite", tmp_path / name, *rest)[0] == 1

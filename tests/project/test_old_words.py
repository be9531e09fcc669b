"""No code, document, event or template uses a word of 0.1 that the field has a word for."""

from functools import cache

import pytest

from tests.project.old_words import OLD_WORDS, OldWord, checked_texts, occurrences

SHOWN = 30


@cache
def texts() -> dict[str, str]:
    return checked_texts()


@pytest.mark.parametrize("old_word", OLD_WORDS, ids=lambda old_word: old_word.name)
def test_an_old_word_does_not_occur(old_word: OldWord) -> None:
    found = list(occurrences(old_word, texts()))

    print(f"{len(found)} times {old_word.name!r}, use {old_word.use!r}:")
    for occurrence in found[:SHOWN]:
        print(f"  {occurrence.position}: {occurrence.line}")
    assert len(found) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("standing", "standing_at"),
        ("standing", "StandingAllows"),
        ("standing", "useStandings"),
        ("act", "act_id"),
        ("act", "stored_act"),
        ("act", "ActRecord"),
        ("book", "limit_books"),
        ("door", "every door"),
    ],
)
def test_a_pattern_finds_identifiers_and_words(name: str, text: str) -> None:
    (old_word,) = [each for each in OLD_WORDS if each.name == name]

    assert list(occurrences(old_word, {"x.py": text}))


@pytest.mark.parametrize(
    "text", ["exact", "action", "activate", "understanding", "indoor", "notebook"]
)
def test_a_pattern_does_not_find_a_longer_word(text: str) -> None:
    assert not [word.name for word in OLD_WORDS if list(occurrences(word, {"x.py": text}))]

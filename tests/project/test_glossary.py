"""The glossary: one row per word in order, every word of the architecture, and terms of DPV that exist."""

import re
from pathlib import Path

from consentry.kernel.vocabulary import ConsentStatus
from consentry.terms.truth_table import Ruling
from tests.testkit.vendored import vendored_files

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|`]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
MAX_WORDS = 25


def rows() -> list[tuple[str, ...]]:
    """Word, meaning, example and source of each row."""
    found = ROW.findall((ROOT / "layers" / "core" / "GLOSSARY.md").read_text("utf-8"))
    assert found[0][0] == "word"
    return found[1:]


def words() -> list[str]:
    return [row[0] for row in rows()]


def test_the_glossary_has_one_row_per_word_in_alphabetical_order() -> None:
    assert words() == sorted(set(words()))


def test_every_word_of_the_architecture_has_a_row() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## Glossary")[2]
    named = [
        each
        for row in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)[1:]
        for each in row.split(", ")
    ]

    assert {each for each in named if not each.startswith("-")} <= set(words())


def test_every_status_and_ruling_has_a_row() -> None:
    assert {*ConsentStatus, *Ruling} <= set(words())


def test_a_meaning_is_one_short_sentence() -> None:
    long = {word: meaning for word, meaning, *_ in rows() if len(meaning.split()) > MAX_WORDS}

    assert long == {}
    assert all(meaning.endswith(".") and meaning.count(". ") == 0 for _, meaning, *_ in rows())


def test_every_dpv_term_of_the_glossary_exists() -> None:
    vendored = " ".join(content.decode("utf-8") for content in vendored_files("dpv").values())
    used = re.findall(r"`(?:dpv|ai):(\w+)`", " ".join(row[3] for row in rows()))

    assert [term for term in used if not re.search(rf"\b{term}\b", vendored)] == []
    assert len(used) > 10

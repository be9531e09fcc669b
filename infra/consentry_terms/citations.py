"""Cites clauses by digest: which sentence of the real text a rule was read from, without the text itself.

A sentence is normalised first, so that only its words matter: Unicode NFC; a Markdown link becomes its words; emphasis
marks (`*`, `_`) are dropped; white space becomes one space. A mark between spaces, a `_` within a word and a mark after
a backslash are no emphasis (CommonMark, section 6.2).
"""

import hashlib
import re
import unicodedata

_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_MARKS = re.compile(r"\\[*_]|[*_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[“A-Z(])")


def sentences(text: str) -> list[str]:
    """The normalised sentences of a text; each line is a paragraph."""
    paragraphs = (_normalised(line) for line in text.splitlines())
    return [each for line in paragraphs if line for each in _SENTENCE_END.split(line)]


def sentence_digest(sentence: str) -> str:
    """`sha256:` and the SHA-256 of a normalised sentence in UTF-8."""
    return "sha256:" + hashlib.sha256(_normalised(sentence).encode()).hexdigest()


def _normalised(text: str) -> str:
    words = _LINK.sub(r"\1", unicodedata.normalize("NFC", text))
    return " ".join(_MARKS.sub(_without_emphasis, words).split())


def _without_emphasis(found: re.Match[str]) -> str:
    marks, text = found[0], found.string
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if marks.startswith("\\"):
        return marks[1:]
    within_word = marks.strip("_") == "" and before.isalnum() and after.isalnum()
    between_spaces = before.isspace() and (after.isspace() or not after)
    return marks if within_word or between_spaces else ""

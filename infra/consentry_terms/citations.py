"""Cites clauses by digest: which sentence of the real text a rule was read from, without the text itself.

A sentence is normalised first, so that only its words matter: Unicode NFC; a Markdown link becomes its words; emphasis
marks (`*`, `_`) are dropped; white space becomes one space.
"""

import hashlib
import re
import unicodedata

_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_EMPHASIS = re.compile(r"[*_]")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[“A-Z(])")


def sentences(text: str) -> list[str]:
    """The normalised sentences of a text; each line is a paragraph."""
    paragraphs = (_normalised(line) for line in text.splitlines())
    return [each for line in paragraphs if line for each in _SENTENCE_END.split(line)]


def sentence_digest(sentence: str) -> str:
    """`sha256:` and the SHA-256 of a normalised sentence in UTF-8."""
    return "sha256:" + hashlib.sha256(_normalised(sentence).encode()).hexdigest()


def _normalised(text: str) -> str:
    words = _EMPHASIS.sub("", _LINK.sub(r"\1", unicodedata.normalize("NFC", text)))
    return " ".join(words.split())

"""Labels of people who are not identified, such as `SPEAKER_00`.

Patterns are regular expressions of Rust's regex crate, which takes linear time whatever a caller
sends. Pydantic contains it. A pattern must match the whole label.
"""

import math
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Annotated

from annotated_types import Len
from pydantic import AfterValidator, StringConstraints
from pydantic_core import SchemaError, SchemaValidator, core_schema

DEFAULT_PLACEHOLDERS = (
    # pyannote, WhisperX, NeMo, Amazon Transcribe, VBx, Deepgram: SPEAKER_00, speaker1, spk_0, spk00
    r"(?i)[\s\pZ]*(speaker|spkr|spk)[\s._#-]*([0-9]+|[a-z]|unk|unknown)?[\s\pZ]*",
    # LIUM: S0. Azure: Guest-1.
    r"(?i)[\s\pZ]*(s[0-9]{1,2}|guest[\s._#-]*[0-9]{1,2})[\s\pZ]*",
    # unknown, UNK, <NA>, Unknown Speaker 1, and labels of spaces and punctuation
    r"(?i)[\s\pZ]*[<\[(]?(na|n/a|nan|nil|none|null|unk|unknown|unidentified|undefined|unassigned"
    r"|anon|anonymous)([\s._#-]*(speaker|spkr|spk|person|participant|user))?[\s._#-]*[0-9]*"
    r"[>\])]?[\s\pZ]*",
    r"[\s\pZ\pP]*",
)

MAX_PATTERN_SIZE = 5000
"""The length of a pattern times all its counted repetitions. It bounds the time of a match to milliseconds."""

_REPETITION = re.compile(r"\{([0-9,\s]+)\}")


def _is_pattern(pattern: str) -> str:
    counts = (re.findall("[0-9]+", each) for each in _REPETITION.findall(pattern))
    repetitions = math.prod(max(map(int, count), default=1) or 1 for count in counts)
    if len(pattern) * repetitions > MAX_PATTERN_SIZE:
        raise ValueError(
            f"is too large: its length times its repetitions is over {MAX_PATTERN_SIZE}"
        )
    try:
        # Alone too: a pattern such as `a)|(b` is valid only inside parentheses.
        for each in (pattern, _whole(pattern)):
            _matcher(each)
    except SchemaError:
        raise ValueError("is not a regular expression of Rust's regex crate") from None
    return pattern


Pattern = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=256), AfterValidator(_is_pattern)
]
Patterns = Annotated[tuple[Pattern, ...], Len(0, 32)]


def find_unidentified(labels: Iterable[str], patterns: Collection[str]) -> set[str]:
    """The labels that match a pattern."""
    matchers = [_matcher(_whole(pattern)) for pattern in patterns]
    return {
        label for label in labels if any(matcher.isinstance_python(label) for matcher in matchers)
    }


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


@lru_cache(maxsize=64)
def _matcher(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))

"""Labels of people who are not identified, such as `SPEAKER_00`.

Patterns are regular expressions of RE2, which takes linear time whatever a caller sends. A pattern
must match the whole label.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import AfterValidator, StringConstraints, field_validator

from consentry.kernel.schema import PersonId, StrictModel

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

_LOCAL = "\0"


def unidentified_label(label: str) -> str:
    """A label that is no person's id: no id contains a control character."""
    return _LOCAL + label


def _is_pattern(pattern: str) -> str:
    import pyarrow as pa  # noqa: PLC0415 - other functions import this model without pyarrow

    try:
        # Alone too: a pattern such as `a)|(b` is valid only inside parentheses.
        for each in (pattern, _whole(pattern)):
            _matches([""], each)
    except pa.ArrowInvalid:
        raise ValueError("is not a regular expression of RE2") from None
    return pattern


Pattern = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=256), AfterValidator(_is_pattern)
]
Patterns = Annotated[tuple[Pattern, ...], Len(0, 32)]


class LocalLabel(StrictModel):
    """The person that a label means in one recording."""

    recording: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1024)]
    label: PersonId
    person: PersonId


class LocalLabels(StrictModel):
    """Says that labels mean people only `within` their recording, as `spk00` in every RTTM file.

    `people` identifies them. A label that is not listed is an unidentified person.
    """

    within: Literal["recording"]
    people: tuple[LocalLabel, ...] = ()

    @field_validator("people")
    @classmethod
    def _each_label_once(cls, people: tuple[LocalLabel, ...]) -> tuple[LocalLabel, ...]:
        if len({(each.recording, each.label) for each in people}) != len(people):
            raise ValueError("names a label of a recording twice")
        return people

    @cached_property
    def _people(self) -> dict[tuple[bytes, str], str]:
        return {(each.recording.encode(), each.label): each.person for each in self.people}

    def person(self, recording: bytes, label: str) -> str:
        """The person that a label means in a recording, or a label that is no person's id."""
        return self._people.get((recording, label)) or unidentified_label(label)


def find_unidentified(labels: Sequence[str], patterns: Collection[str]) -> set[str]:
    """The labels that are no person's id, or that match a pattern."""
    found = {label for label in labels if label.startswith(_LOCAL)}
    for pattern in patterns if labels else ():
        matches = _matches(labels, _whole(pattern))
        found.update(label for label, matched in zip(labels, matches, strict=True) if matched)
    return found


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


def _matches(labels: Sequence[str], pattern: str) -> list[bool]:
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.compute as pc  # noqa: PLC0415

    matched: list[bool] = pc.match_substring_regex(
        pa.array(labels, pa.string()), pattern
    ).to_pylist()
    return matched

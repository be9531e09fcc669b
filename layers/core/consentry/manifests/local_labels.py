"""Labels that mean people only within one recording."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import StringConstraints, field_validator

from consentry.kernel.schema import PersonId, StrictModel

_LOCAL = "\0"


def unidentified_label(label: str) -> str:
    """A label that is no person's id: no id contains a control character."""
    return _LOCAL + label


def is_unidentified_label(label: str) -> bool:
    """Whether `unidentified_label` made this label."""
    return label.startswith(_LOCAL)


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

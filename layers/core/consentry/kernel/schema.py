"""Base classes and field types of callers' documents: strict, immutable, without unknown fields."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import vocabulary

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$"
"""Ids: printable ASCII without the delimiters of our keys (`#`, `~`) and of paths. They are never normalised."""

PERSON_ID_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]{1,256}$"
"""Ids of people, as the customer writes them: any text without control characters, and at most
MAX_PERSON_ID_BYTES in UTF-8. They are compared exactly, never normalised, and never part of a path
or of a key."""

MAX_PERSON_ID_BYTES = 256

SHA256_PATTERN = r"^[0-9a-f]{64}$"

Id = Annotated[str, StringConstraints(strict=True, pattern=ID_PATTERN)]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=SHA256_PATTERN)]

_NO_PERSON_ID = "is not a person's id: 1 to 256 bytes in UTF-8, without control characters"
_PERSON_ID = re.compile(PERSON_ID_PATTERN[1:-1])


def is_person_id(value: str) -> bool:
    """Whether a text can be the id of a person."""
    try:
        return bool(_PERSON_ID.fullmatch(value)) and len(value.encode()) <= MAX_PERSON_ID_BYTES
    except UnicodeEncodeError:  # a lone surrogate
        return False


def read_person_id(value: Any) -> str:
    """A person's id, where an integer is read as its decimal digits; ValueError if it is none."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not is_person_id(text):
        raise ValueError(_NO_PERSON_ID)
    return text


_PersonIdText = Annotated[str, StringConstraints(pattern=PERSON_ID_PATTERN)]
PersonId = Annotated[
    _PersonIdText, BeforeValidator(read_person_id, json_schema_input_type=_PersonIdText | int)
]

_PATTERN_MESSAGES = {
    PERSON_ID_PATTERN: _NO_PERSON_ID,
    ID_PATTERN: "is not an id: only A-Z a-z 0-9 . _ @ + -, at most 128, the first a letter or digit",
    SHA256_PATTERN: "is not a SHA-256: 64 digits of 0-9 a-f",
}
"""Messages instead of pydantic's, which repeat the pattern."""
Audience = Annotated[str, StringConstraints(strict=True, pattern=r"^[!-~]{1,256}$")]
"""The subject of a caller's token, as identity providers write them: printable ASCII without spaces."""


def _require_text(value: Any) -> Any:
    # Pydantic would read a number as seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return value
    raise ValueError("must be an RFC 3339 date and time with an offset")


def _known_node(node: str) -> str:
    if node not in vocabulary().data_categories:
        raise ValueError("is not a data category of the vocabulary")
    return node


def _known_service(service: str) -> str:
    if service not in vocabulary().services:
        raise ValueError("is not a service of the vocabulary")
    return service


def _known_role(role: str) -> str:
    if role not in vocabulary().roles:
        raise ValueError("is not a role of the vocabulary")
    return role


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not in the years 1 to 9999") from None


UtcDatetime = Annotated[
    AwareDatetime,
    BeforeValidator(_require_text, json_schema_input_type=str),
    AfterValidator(_in_utc),
]
"""A time in UTC, read from RFC 3339 text with an offset."""

CategoryNode = Annotated[str, StringConstraints(strict=True), AfterValidator(_known_node)]
"""A node of the data-category tree: a leaf, or a branch, which means all its leaves."""


ServiceId = Annotated[str, StringConstraints(strict=True), AfterValidator(_known_service)]
RoleId = Annotated[str, StringConstraints(strict=True), AfterValidator(_known_role)]


EXCLUDE_IF_NONE = Field(exclude_if=lambda value: value is None)
"""Optional fields that are not given are left out, so that older requests keep their digest."""


class StrictModel(BaseModel):
    """A caller's document. It has no unknown fields, and is immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _reject_unknown_fields(cls, document: Any) -> Any:
        # Pydantic's own error repeats the unknown field, which may be the name of a person.
        known, closed = cls.model_fields.keys(), cls.model_config.get("extra") == "forbid"
        if closed and isinstance(document, Mapping) and not document.keys() <= known:
            problem = f"has an unknown field; the known fields are {', '.join(known)}"
            raise PydanticCustomError("unknown_field", "{problem}", {"problem": problem})
        return document

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The validated document; InvalidRequestError names the first field that is wrong."""
        try:
            return cls.model_validate(document)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            # `from None`: pydantic's text and context can repeat what the caller sent.
            raise invalid_field(first["type"], first["loc"], first["msg"]) from None


def invalid_field(kind: str, location: tuple[int | str, ...], message: str) -> InvalidRequestError:
    """One error of a validator (its type, location and message) as an InvalidRequestError."""
    if kind == "string_pattern_mismatch":
        ours = (text for pattern, text in _PATTERN_MESSAGES.items() if f"'{pattern}'" in message)
        message = next(ours, message)
    # A part such as `tuple[...]` is pydantic's name for a member of a union, not a field of the contract.
    field = ".".join(str(part) for part in location if "[" not in str(part))
    return InvalidRequestError(field or "body", message.removeprefix("Value error, "))

"""The shapes that callers' documents must have: closed, immutable, and strict about every field."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.vocabulary import LEAVES_UNDER

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$"
"""Ids: printable ASCII without the delimiters of our keys (`#`, `~`) or of paths; never normalised."""

SHA256_PATTERN = r"^[0-9a-f]{64}$"

Id = Annotated[str, StringConstraints(strict=True, pattern=ID_PATTERN)]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=SHA256_PATTERN)]

_SAYS = {
    ID_PATTERN: "is not an id: only A-Z a-z 0-9 . _ @ + -, at most 128, the first a letter or digit",
    SHA256_PATTERN: "is not a SHA-256: 64 digits of 0-9 a-f",
}
"""What a text is not, for who cannot read its pattern."""
Audience = Annotated[str, StringConstraints(strict=True, pattern=r"^[!-~]{1,256}$")]
"""The subject of a caller's token, as identity providers write them: printable ASCII without spaces."""


def _written_moment(value: Any) -> Any:
    # A bare number would be read as seconds since 1970: a moment must be written out.
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return value
    raise ValueError("must be an RFC 3339 date and time with an offset")


def _known_node(name: str) -> str:
    if name not in LEAVES_UNDER:
        raise ValueError("is no data category")
    return name


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999") from None


UtcDatetime = Annotated[
    AwareDatetime,
    BeforeValidator(_written_moment, json_schema_input_type=str),
    AfterValidator(_in_utc),
]
"""A moment in UTC, read from RFC 3339 text with an offset."""

CategoryNode = Annotated[str, StringConstraints(strict=True), AfterValidator(_known_node)]
"""A node of the data-category tree: a leaf, or an inner node that stands for all its leaves."""


class StrictModel(BaseModel):
    """A caller's document: unknown fields are refused, nothing changes after it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _known_alone(cls, said: Any) -> Any:
        # Pydantic's own refusal names the unknown field, which may be somebody's name: this never does.
        known, closed = cls.model_fields.keys(), cls.model_config.get("extra") == "forbid"
        if closed and isinstance(said, Mapping) and not said.keys() <= known:
            problem = f"holds a field that is not of the contract; known are {', '.join(known)}"
            raise PydanticCustomError("unknown_field", "{problem}", {"problem": problem})
        return said

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The document, checked; InvalidRequestError names the first field that is wrong."""
        try:
            return cls.model_validate(document)
        except ValidationError as invalid:
            # `from None`: pydantic's own text and context can repeat what the caller sent.
            raise refusal(invalid) from None


def refusal(invalid: ValidationError) -> InvalidRequestError:
    """The first thing wrong, with the field named by our contract and never by the caller's words."""
    first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    return invalid_field(first["type"], first["loc"], first["msg"])


def invalid_field(kind: str, location: tuple[int | str, ...], message: str) -> InvalidRequestError:
    """A validator's complaint (its kind, place and words) as an error of ours."""
    if kind == "string_pattern_mismatch":
        message = next(
            (says for pattern, says in _SAYS.items() if f"'{pattern}'" in message), message
        )
    return InvalidRequestError(_dotted(location) or "body", message.removeprefix("Value error, "))


def _dotted(location: tuple[int | str, ...]) -> str:
    # A step such as `tuple[...]` is pydantic's name for one side of a union, not a field of the contract.
    return ".".join(str(step) for step in location if "[" not in str(step))

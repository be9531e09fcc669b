"""A screening request: which manifest, for what use, and how the manifest's fields map to ours."""

from typing import Annotated, Any, Self

from annotated_types import Len
from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from consentry.domain.contract import DataNode, Document, Id, Moment
from consentry.domain.errors import ForeignCustomerError, MalformedError
from consentry.domain.manifest import Combining
from consentry.domain.manifest import ManifestFormat as ManifestFormat
from consentry.domain.requests import DataUse
from consentry.domain.vocabulary import Role, Service

ObjectKey = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=900)]
FieldPath = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[^.]+(\.[^.]+)*$", max_length=256)
]
"""The name of a manifest's field; a dot steps into an object, and is itself in the name of a CSV's column."""


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_LEFT_OUT = Field(exclude_if=lambda value: value is None)

DataNodes = Annotated[tuple[DataNode, ...], Len(1, 32), BeforeValidator(_one_or_many)]


class ManifestPlace(Document):
    """Where the manifest lies in the bucket, and how it is written."""

    key: ObjectKey
    format: ManifestFormat


class Said[T](Document):
    """Where a row's value comes from: a field of the row, or one constant for every row."""

    field: FieldPath | None = None
    constant: T | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.field is None) is (self.constant is None):
            raise ValueError("names either a field or a constant")
        return self


class FieldOfRow(Document):
    """The field of a row that a value is read from."""

    field: FieldPath


class PeopleIn(FieldOfRow):
    """The field that names a row's people: an id, a list of ids, or a list of `{person, role}`.

    `role` is the role of people who are named by their ids alone.
    """

    role: Role | None = None


# Left out where it is not mapped: requests from before it could be keep their digest.
Mapped = Annotated[FieldOfRow | None, _LEFT_OUT]


class Fields(Document):
    """How a manifest's fields map to ours. Without `people`, nobody is named in any row.

    `recording`: which recording a row is a part of, as text. `onset` and `duration`: when in it, in seconds.
    """

    data: Said[DataNodes]
    collected_at: Said[Moment]
    collected_by: Said[Service]
    people: PeopleIn | None = None
    recording: Mapped = None
    onset: Mapped = None
    duration: Mapped = None

    @model_validator(mode="after")
    def _times_are_in_a_recording(self) -> Self:
        if (self.onset or self.duration) and not self.recording:
            raise ValueError("has times, which need a recording that they are in")
        return self

    @property
    def are_constant(self) -> bool:
        """Whether nothing is read from the rows themselves."""
        said = (self.data.field, self.collected_at.field, self.collected_by.field)
        return not any((*said, self.people, self.recording))

    @property
    def have_times(self) -> bool:
        """Whether rows say who is heard when, and in which recording."""
        return all((self.recording, self.onset, self.duration, self.people))


class ScreeningRequest(DataUse):
    """Which rows of this manifest may be used so? `audience`: the subject that alone may redeem the permit."""

    manifest: ManifestPlace
    fields: Fields
    # Left out where it is the default: requests from before there was a choice keep their digest.
    combine: Annotated[Combining, Field(exclude_if=Combining.RECORDING.__eq__)] = (
        Combining.RECORDING
    )
    audience: Annotated[Id | None, _LEFT_OUT] = None

    @field_validator("combine")
    @classmethod
    def _segments_have_times(cls, combine: Combining, info: ValidationInfo) -> Combining:
        place, fields = info.data.get("manifest"), info.data.get("fields")
        if combine is Combining.RECORDING or not place or not fields:
            return combine
        if place.format is not ManifestFormat.RTTM and not fields.have_times:
            raise ValueError("by segments needs fields.recording, onset, duration and people")
        return combine

    @field_validator("fields")
    @classmethod
    def _fit_the_format(cls, fields: Fields, info: ValidationInfo) -> Fields:
        place = info.data.get("manifest")
        if place and place.format is ManifestFormat.RTTM and not fields.are_constant:
            raise ValueError("are constants without people for RTTM, whose people are its speakers")
        if place and place.format is ManifestFormat.CSV and fields.are_constant:
            # By the columns' names alone is a header told from a row, which must not pass as one.
            raise ValueError("name at least one column for CSV")
        if place and place.format is ManifestFormat.PARQUET and fields.recording:
            raise ValueError("know no recordings in Parquet")
        return fields

    def require_own_manifest(self) -> None:
        """Raise ForeignCustomerError for another's manifest, MalformedError for what is none."""
        owner, folder, name = (*self.manifest.key.split("/", 2), "", "")[:3]
        if owner != self.customer:
            raise ForeignCustomerError
        if folder != "manifests" or not name:
            raise MalformedError("manifest.key", "is not below the customer's manifests/")

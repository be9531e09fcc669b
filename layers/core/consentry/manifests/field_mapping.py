"""The mapping of a manifest's fields to our fields."""

from typing import Annotated, Any, Self

from annotated_types import Len
from pydantic import BeforeValidator, StringConstraints, model_validator

from consentry.kernel.schema import (
    EXCLUDE_IF_NONE,
    CategoryNode,
    RoleId,
    ServiceId,
    StrictModel,
    UtcDatetime,
)

FieldPath = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[^.]+(\.[^.]+)*$", max_length=256)
]
"""A field of a manifest. A dot steps into an object; in CSV it is part of the column's name."""


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


DataNodes = Annotated[tuple[CategoryNode, ...], Len(1, 32), BeforeValidator(_one_or_many)]


class FieldOrConstant[T](StrictModel):
    """Where a value comes from: a field of each row, or one constant for all rows."""

    field: FieldPath | None = None
    constant: T | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.field is None) is (self.constant is None):
            raise ValueError("must have either `field` or `constant`")
        return self


class MappedField(StrictModel):
    """The field of a row that a value is read from."""

    field: FieldPath


class MappedPeople(MappedField):
    """The field that names a row's people: an id, a list of ids, or a list of `{person, role}`.

    `role`: the role of people that are given as ids.
    """

    role: RoleId | None = None


OptionalMappedField = Annotated[MappedField | None, EXCLUDE_IF_NONE]


class FieldMapping(StrictModel):
    """How a manifest's fields map to the fields of a row. Without `people`, no row names a person.

    `recording`: the recording that a row is part of, as text. `onset` and `duration`: its time, in
    seconds. `item`: the row's id, as text. `derived_from`: the id, or a list of ids, of the items
    it was made from.
    """

    data: FieldOrConstant[DataNodes]
    collected_at: FieldOrConstant[UtcDatetime]
    collected_by: FieldOrConstant[ServiceId]
    people: MappedPeople | None = None
    recording: OptionalMappedField = None
    onset: OptionalMappedField = None
    duration: OptionalMappedField = None
    item: OptionalMappedField = None
    derived_from: OptionalMappedField = None

    @model_validator(mode="after")
    def _links_are_complete(self) -> Self:
        if (self.onset or self.duration) and not self.recording:
            raise ValueError("has onset or duration, so it must also have `recording`")
        if self.derived_from and not self.item:
            raise ValueError("has derived_from, so it must also have `item`")
        return self

    @property
    def paths(self) -> dict[str, str]:
        """The path of each field that is read from the rows, by our field name."""
        return {name: mapped.field for name, mapped in self if mapped and mapped.field}

    def with_own_names(self) -> Self:
        """The mapping for documents that already have our field names."""
        own = {name: getattr(self, name).model_copy(update={"field": name}) for name in self.paths}
        return self.model_copy(update=own)

    @property
    def are_linked(self) -> bool:
        """Whether the outcome of a row can depend on other rows."""
        return any((self.recording, self.item))

    @property
    def have_times(self) -> bool:
        """Whether rows have a recording, an onset, a duration and people."""
        return all((self.recording, self.onset, self.duration, self.people))

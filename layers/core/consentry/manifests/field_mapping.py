"""The mapping of a manifest's fields to our fields."""

import re
from typing import Annotated, Any, Self

from annotated_types import Len
from pydantic import BeforeValidator, PlainSerializer, PlainValidator, model_validator

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.schema import (
    EXCLUDE_IF_NONE,
    CategoryNode,
    RoleId,
    ServiceId,
    StrictModel,
    UtcDatetime,
)
from consentry.manifests.local_times import TimeZone

EACH = "[]"
"""The step into each object of a list."""

_DOTTED = re.compile(r"[^.]+(\.[^.]+)*")
_MAX_PATH, _MAX_STEPS = 256, 16


def _read_path(value: Any) -> str | tuple[str, ...]:
    if isinstance(value, str):
        is_path = bool(_DOTTED.fullmatch(value))
    else:
        is_path = isinstance(value, list | tuple) and 0 < len(value) <= _MAX_STEPS
        is_path = is_path and all(isinstance(name, str) and name for name in value)
    if not is_path or sum(map(len, value)) > _MAX_PATH:
        raise ValueError("is not a field: a text such as `a.b`, or a list of names")
    return value if isinstance(value, str) else tuple(value)


FieldPath = Annotated[
    str | tuple[str, ...],
    PlainValidator(_read_path),
    PlainSerializer(lambda path: path if isinstance(path, str) else list(path)),
]
"""A field of a manifest.

As text, a dot steps into an object, and `[]` after a name steps into each object of a list. As a
list, each text is one name or `[]`, so a name may contain dots. In CSV and TSV, the text is the
name of a column.
"""

MAX_NAME = 64
"""The longest name of a column that an error repeats."""

type Steps = tuple[str, ...]


def steps_of(path: FieldPath) -> Steps:
    """The names from a row to the field, and EACH where a list is between them."""
    if not isinstance(path, str):
        return path
    steps: list[str] = []
    for part in path.split("."):
        name = part
        while name.endswith(EACH) and name != EACH:
            name = name.removesuffix(EACH)
        steps += [name, *[EACH] * ((len(part) - len(name)) // len(EACH))]
    return tuple(steps)


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


class MomentOrConstant(FieldOrConstant[UtcDatetime]):
    """Where a time comes from. `zone`: that of times without an offset, and of dates.

    A date is read as its first moment.
    """

    zone: Annotated[TimeZone | None, EXCLUDE_IF_NONE] = None

    @model_validator(mode="after")
    def _zone_is_of_a_field(self) -> Self:
        if self.zone is not None and self.field is None:
            raise ValueError("has a zone, so it must also have `field`")
        return self


OptionalMappedField = Annotated[MappedField | None, EXCLUDE_IF_NONE]


class FieldMapping(StrictModel):
    """How a manifest's fields map to the fields of a row. Without `people`, no row names a person.

    `recording`: the recording that a row is part of, as text. `onset` and `duration`: its time, in
    seconds. `item`: the row's id, as text. `derived_from`: the id, or a list of ids, of the items
    it was made from.
    """

    data: FieldOrConstant[DataNodes]
    collected_at: MomentOrConstant
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
    def mapped(self) -> dict[str, FieldPath]:
        """The fields that are read from the rows, by our field name."""
        return {name: mapped.field for name, mapped in self if mapped and mapped.field}

    @property
    def paths(self) -> dict[str, Steps]:
        """The steps to each field that is read from the rows, by our field name."""
        return {name: steps_of(path) for name, path in self.mapped.items()}

    @property
    def columns(self) -> dict[str, str]:
        """The column of each field in CSV and TSV, by our field name."""
        return {n: p if isinstance(p, str) else p[0] for n, p in self.mapped.items()}

    def with_own_names(self) -> Self:
        """The mapping for documents that already have our field names."""
        own = {name: getattr(self, name).model_copy(update={"field": name}) for name in self.mapped}
        return self.model_copy(update=own)

    @property
    def are_linked(self) -> bool:
        """Whether the outcome of a row can depend on other rows."""
        return any((self.recording, self.item))

    @property
    def have_times(self) -> bool:
        """Whether rows have a recording, an onset, a duration and people."""
        return all((self.recording, self.onset, self.duration, self.people))

    def name_column(self, problem: InvalidRequestError) -> InvalidRequestError:
        """The problem with a field, with the column that the field is read from."""
        path = self.mapped.get(problem.field.partition(".")[0])
        name = path if path is None or isinstance(path, str) else ".".join(path)
        # A longer name, or one in another script, could be a value instead of a name.
        if name is None or len(name) > MAX_NAME or not (name.isascii() and name.isprintable()):
            return problem
        return InvalidRequestError(problem.field, f"{problem.problem} (column `{name}`)")

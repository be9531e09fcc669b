"""A manifest of one JSON object a line, read through the mapping that its request declares."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.kernel.schema import Id, UtcDatetime
from consentry.kernel.vocabulary import DataCategory, Role, Service
from consentry.manifests.field_mapping import DataNodes, FieldMapping, FieldOrConstant, MappedPeople
from consentry.manifests.formats.row_json import load_row
from consentry.manifests.model import MAX_LINE_BYTES, ManifestRow

_ID = TypeAdapter(Id)
_MOMENT = TypeAdapter(UtcDatetime)
_NODES = TypeAdapter(DataNodes)
_REMEMBERED = 65_536


@dataclass(frozen=True)
class JsonlRowReader:
    """The `RowReader` of JSON lines; each line is an item of its own."""

    fields: FieldMapping
    needs_two_passes = has_recordings = has_durations = False

    def scan(self, line: bytes) -> Iterable[str]:
        """The people that a line names."""
        try:
            return [person for person, _ in self.row(line).people]
        except InvalidRequestError:
            return ()

    def row(self, line: bytes) -> ManifestRow:
        """The line's item."""
        return read_row(self.fields, self.document(line))

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The line's object; InvalidRequestError for a blank line."""
        if not line.strip():
            raise InvalidRequestError("line", "is blank")
        if len(line) > MAX_LINE_BYTES:
            raise InvalidRequestError("line", "is too long")
        return load_row(line)

    def speech_duration(self, line: bytes) -> None:
        """Each line is alone."""


def read_row(fields: FieldMapping, document: Mapping[str, Any]) -> ManifestRow:
    """The row of a document by a mapping; InvalidRequestError names the invalid field."""
    return ManifestRow(
        data=_checked(_leaves, _said(fields.data, document, "data"), "data"),
        collected_at=_checked(
            _moment, _said(fields.collected_at, document, "collected_at"), "collected_at"
        ),
        collected_by=_checked(
            Service, _said(fields.collected_by, document, "collected_by"), "collected_by"
        ),
        people=_people(fields.people, document) if fields.people else frozenset(),
    )


def _said(said: FieldOrConstant[Any], document: Mapping[str, Any], field_name: str) -> Any:
    if said.field is None:
        return said.constant
    return value_at(said.field, document, field_name)


def value_at(path: str, document: Any, field_name: str) -> Any:
    """The value at a dotted path; InvalidRequestError names the field if there is none."""
    for step in path.split("."):
        if not isinstance(document, dict) or step not in document:
            raise InvalidRequestError(field_name, "is missing")
        document = document[step]
    return document


def _checked[T](check: Callable[[Any], T], value: Any, field_name: str) -> T:
    # A list is made a tuple so that what was seen once need not be checked again.
    hashable = tuple(value) if isinstance(value, list) else value
    try:
        return check(hashable)
    except (ValidationError, ValueError, TypeError):
        raise InvalidRequestError(field_name, "is malformed or unknown") from None


@lru_cache(_REMEMBERED)
def _leaves(nodes: str | tuple[str, ...]) -> tuple[DataCategory, ...]:
    return leaves_of(_NODES.validate_python(nodes))


@lru_cache(_REMEMBERED)
def _moment(value: Any) -> Any:
    return _MOMENT.validate_python(value)


def _people(mapping: MappedPeople, document: Mapping[str, Any]) -> frozenset[tuple[str, Role]]:
    named = value_at(mapping.field, document, "people")
    each = named if isinstance(named, list) else [named]
    return frozenset(_person(one, mapping.role) for one in each)


def _person(named: Any, role: Role | None) -> tuple[str, Role]:
    if isinstance(named, dict):
        named, role = value_at("person", named, "people.person"), _role(named, role)
    if role is None:
        raise InvalidRequestError("people.role", "is missing")
    return _checked(_ID.validate_python, named, "people.person"), role


def _role(named: Mapping[str, Any], role: Role | None) -> Role | None:
    return _checked(Role, named["role"], "people.role") if "role" in named else role

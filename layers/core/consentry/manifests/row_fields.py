"""Reads a row from a document (an object of any format) by the mapping of its request."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.kernel.schema import RoleId, ServiceId, UtcDatetime, read_person_id
from consentry.kernel.vocabulary import DataCategory, Role, Vocabulary, vocabulary
from consentry.manifests.field_mapping import DataNodes, FieldMapping, FieldOrConstant, MappedPeople
from consentry.manifests.model import ManifestRow

_MOMENT = TypeAdapter(UtcDatetime)
_NODES = TypeAdapter(DataNodes)
_SERVICE = TypeAdapter[str](ServiceId)
_ROLE = TypeAdapter[str](RoleId)
_CACHED_VALUES = 65_536


@dataclass(frozen=True)
class DocumentReader(ABC):
    """Reads each line, cut to MAX_LINE_BYTES + 1 bytes, as a document. `fields` maps its fields."""

    fields: FieldMapping

    @abstractmethod
    def document(self, line: bytes) -> Mapping[str, Any]:
        """The document of a line; InvalidRequestError if it cannot be read."""

    def row(self, line: bytes) -> ManifestRow:
        """The row of a line, without links; InvalidRequestError names the invalid field."""
        return read_row(self.fields, self.document(line))


def read_row(fields: FieldMapping, document: Mapping[str, Any]) -> ManifestRow:
    """The row of a document; InvalidRequestError names the invalid field."""
    return ManifestRow(
        data=_read(_leaves, fields.data, document, "data"),
        collected_at=_read(_moment, fields.collected_at, document, "collected_at"),
        collected_by=_read(_SERVICE.validate_python, fields.collected_by, document, "collected_by"),
        people=_people(fields.people, document) if fields.people else frozenset(),
    )


def value_at(path: str, document: Any, field_name: str) -> Any:
    """The value at a dotted path; InvalidRequestError names the field if there is no value."""
    for step in path.split("."):
        if not isinstance(document, dict) or step not in document:
            raise InvalidRequestError(field_name, "is missing")
        document = document[step]
    return document


def _read[T](
    check: Callable[[Any], T],
    mapped: FieldOrConstant[Any],
    document: Mapping[str, Any],
    field_name: str,
) -> T:
    given = mapped.constant
    if mapped.field is not None:
        given = value_at(mapped.field, document, field_name)
    return _checked(check, given, field_name)


def _checked[T](check: Callable[[Any], T], value: Any, field_name: str) -> T:
    # A list becomes a tuple so that the result can be cached.
    hashable = tuple(value) if isinstance(value, list) else value
    try:
        return check(hashable)
    except (ValidationError, ValueError, TypeError):
        raise InvalidRequestError(field_name, "is invalid or unknown") from None


def _leaves(nodes: str | tuple[str, ...]) -> tuple[DataCategory, ...]:
    return _leaves_in(nodes, vocabulary())


@lru_cache(_CACHED_VALUES)
def _leaves_in(nodes: str | tuple[str, ...], _: Vocabulary) -> tuple[DataCategory, ...]:
    return leaves_of(_NODES.validate_python(nodes))


@lru_cache(_CACHED_VALUES)
def _moment(value: Any) -> Any:
    return _MOMENT.validate_python(value)


def _people(mapping: MappedPeople, document: Mapping[str, Any]) -> frozenset[tuple[str, Role]]:
    value = value_at(mapping.field, document, "people")
    people = value if isinstance(value, list) else [value]
    return frozenset(_person(person, mapping.role) for person in people)


def _person(value: Any, role: Role | None) -> tuple[str, Role]:
    if isinstance(value, dict):
        person = value
        value = value_at("person", person, "people.person")
        if "role" in person:
            role = _checked(_ROLE.validate_python, person["role"], "people.role")
    if role is None:
        raise InvalidRequestError("people.role", "is missing")
    return _checked(read_person_id, value, "people.person"), role

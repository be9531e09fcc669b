"""Reads a row from a document (an object of any format) by the mapping of its request."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import leaves_of
from consentry.kernel.schema import RoleId, ServiceId, UtcDatetime, read_person_id
from consentry.kernel.vocabulary import DataCategory, Role, Vocabulary, vocabulary
from consentry.manifests.field_mapping import (
    EACH,
    DataNodes,
    FieldMapping,
    FieldOrConstant,
    MappedPeople,
    MomentOrConstant,
    Steps,
    steps_of,
)
from consentry.manifests.local_times import has_no_offset, local_moment
from consentry.manifests.model import ManifestRow

_MOMENT = TypeAdapter(UtcDatetime)
_NODES = TypeAdapter(DataNodes)
_SERVICE = TypeAdapter[str](ServiceId)
_ROLE = TypeAdapter[str](RoleId)
_CACHED_VALUES = 65_536

NO_CATEGORY = "is not a data category, or a list of 1 to 32 of them"
NO_MOMENT = "is not a time such as 2026-02-01T09:00:00Z"
NO_OFFSET = "is a date or time without an offset: declare its `zone`"
NO_SERVICE = "is not a service of the vocabulary"
NO_ROLE = "is not a role of the vocabulary"
NO_PERSON = "is not an id: a text of 1 to 256 bytes without control characters, or an integer"


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
        data=_read(_leaves, fields.data, document, "data", NO_CATEGORY),
        collected_at=_collected_at(fields.collected_at, document),
        collected_by=_read(
            _SERVICE.validate_python, fields.collected_by, document, "collected_by", NO_SERVICE
        ),
        people=_people(fields.people, document) if fields.people else frozenset(),
    )


def value_at(path: Steps, document: Any, field_name: str) -> Any:
    """The value at a path, or all values in its lists; InvalidRequestError if there is none."""
    for index, step in enumerate(path):
        if step == EACH:
            if not isinstance(document, list):
                raise InvalidRequestError(field_name, "is not in a list")
            rest = path[index + 1 :]
            found = [value_at(rest, element, field_name) for element in document]
            return [v for each in found for v in (each if isinstance(each, list) else [each])]
        if not isinstance(document, dict) or step not in document:
            raise InvalidRequestError(field_name, "is missing")
        document = document[step]
    return document


def read_moment(value: Any, zone: str | None) -> datetime:
    """The moment of a value; ValueError if it is none, or has no offset and no zone is declared."""
    if zone is not None and has_no_offset(value):
        return local_moment(value, zone)
    moment: datetime = _MOMENT.validate_python(value)
    return moment


def _read[T](
    check: Callable[[Any], T],
    mapped: FieldOrConstant[Any],
    document: Mapping[str, Any],
    field_name: str,
    expected: str,
) -> T:
    given = mapped.constant
    if mapped.field is not None:
        given = value_at(steps_of(mapped.field), document, field_name)
    return _checked(check, given, field_name, expected)


def _checked[T](check: Callable[[Any], T], value: Any, field_name: str, expected: str) -> T:
    # A list becomes a tuple so that the result can be cached.
    hashable = tuple(value) if isinstance(value, list) else value
    try:
        return check(hashable)
    except (ValidationError, ValueError, TypeError):
        raise InvalidRequestError(field_name, expected) from None


def _collected_at(mapping: MomentOrConstant, document: Mapping[str, Any]) -> datetime:
    zone = mapping.zone

    def read(value: Any) -> datetime:
        try:
            return _moment(value, zone)
        except (ValidationError, ValueError, TypeError):
            without_zone = zone is None and has_no_offset(value)
            raise InvalidRequestError(
                "collected_at", NO_OFFSET if without_zone else NO_MOMENT
            ) from None

    return _read(read, mapping, document, "collected_at", NO_MOMENT)


def _leaves(nodes: str | tuple[str, ...]) -> tuple[DataCategory, ...]:
    return _leaves_in(nodes, vocabulary())


@lru_cache(_CACHED_VALUES)
def _leaves_in(nodes: str | tuple[str, ...], _: Vocabulary) -> tuple[DataCategory, ...]:
    return leaves_of(_NODES.validate_python(nodes))


@lru_cache(_CACHED_VALUES)
def _moment(value: Any, zone: str | None) -> datetime:
    return read_moment(value, zone)


def _people(mapping: MappedPeople, document: Mapping[str, Any]) -> frozenset[tuple[str, Role]]:
    value = value_at(steps_of(mapping.field), document, "people")
    people = value if isinstance(value, list) else [value]
    return frozenset(_person(person, mapping.role) for person in people)


def _person(value: Any, role: Role | None) -> tuple[str, Role]:
    if isinstance(value, dict):
        person = value
        value = value_at(("person",), person, "people.person")
        if "role" in person:
            role = _checked(_ROLE.validate_python, person["role"], "people.role", NO_ROLE)
    if role is None:
        raise InvalidRequestError("people.role", "is missing")
    return _checked(read_person_id, value, "people.person", NO_PERSON), role
